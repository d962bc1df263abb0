import { PlatformsPage } from './platforms-page';

export default function Page() {
  return <PlatformsPage />;
}
