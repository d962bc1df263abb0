import { SignInScreen } from './sign-in-screen';

export default function Page() {
  return <SignInScreen />;
}
