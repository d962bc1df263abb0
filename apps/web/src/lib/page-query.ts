'use client';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** The page's query as state: what a permalink carries. `null` takes a field out. */
export function usePageQuery() {
  const query = useSearchParams();
  const pathname = usePathname();
  const router = useRouter();
  const setQuery = useCallback(
    (change: Record<string, string | null>) => {
      const next = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(change)) {
        if (value === null) next.delete(name);
        else next.set(name, value);
      }
      router.replace(`${pathname}?${next.toString()}`, { scroll: false });
    },
    [pathname, router],
  );
  return { query, setQuery };
}
