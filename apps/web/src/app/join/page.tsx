import { Suspense } from 'react';
import { JoinScreen } from './join-screen';

export default function Page() {
  return (
    <Suspense>
      <JoinScreen />
    </Suspense>
  );
}
