'use client';
import { ErrorScreen } from './error-screen';

export default function PageError({ error }: { error: Error }) {
  return <ErrorScreen error={error} />;
}
