import { NotFoundScreen } from './not-found-screen';

export default function NotFound() {
  return <NotFoundScreen />;
}
