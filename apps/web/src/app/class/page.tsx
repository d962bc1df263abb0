import { Suspense } from 'react';
import { ClassPage } from './class-page';

export default function Page() {
  return (
    <Suspense>
      <ClassPage />
    </Suspense>
  );
}
