import { Suspense } from 'react';
import { WallPage } from './wall-page';

export default function Page() {
  return (
    <Suspense>
      <WallPage />
    </Suspense>
  );
}
