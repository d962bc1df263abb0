import { Suspense } from 'react';
import { ClusterPage } from './cluster-page';

export default function Page() {
  return (
    <Suspense>
      <ClusterPage />
    </Suspense>
  );
}
