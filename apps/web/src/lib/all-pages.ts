import type { Page } from '@podlab/contracts';
import { callJson } from './http';

const PAGE_ITEMS = 500;

/** Every item of a list, page after page. */
export async function allPages<Item>(path: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page<Item> = await callJson(
      `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE_ITEMS}${after}`,
    );
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return items;
}
