import { ClustersScreen } from './clusters-screen';

export default function Page() {
  return <ClustersScreen />;
}
