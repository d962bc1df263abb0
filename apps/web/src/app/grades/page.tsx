import { Suspense } from 'react';
import { GradesPage } from './grades-page';

export default function Page() {
  return (
    <Suspense>
      <GradesPage />
    </Suspense>
  );
}
