'use client';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { LocaleProvider } from '../lib/locale';
import { ProblemError } from '../lib/problem';
import { theme } from '../lib/theme';

const createQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      // The server may be this machine: a browser without a network still reaches it.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        staleTime: 10_000,
        retry: (count, error) =>
          count < 2 && !(error instanceof ProblemError && error.status >= 400 && error.status < 500),
      },
    },
  });

export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <LocaleProvider>{children}</LocaleProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
