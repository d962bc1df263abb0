'use client';
import { AppHeader } from '../../components/ui/app-header';
import { SignIn } from '../../features/session/sign-in';

export function SignInScreen() {
  return (
    <>
      <AppHeader />
      <SignIn />
    </>
  );
}
