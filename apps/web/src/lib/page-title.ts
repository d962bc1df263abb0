import { useEffect } from 'react';

/** What the browser's tab, its history and a screen reader call this page. */
export function usePageTitle(title: string | null | undefined): void {
  useEffect(() => {
    if (title) document.title = `${title} · Podlab`;
  }, [title]);
}
