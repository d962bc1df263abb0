import { Suspense } from 'react';
import { ClassesPage } from './classes-page';

export default function Page() {
  return (
    <Suspense>
      <ClassesPage />
    </Suspense>
  );
}
