import { AccountScreen } from './account-screen';

export default function Page() {
  return <AccountScreen />;
}
