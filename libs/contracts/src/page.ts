import { z } from 'zod';
import { CONTRACT_LIMITS } from './limits';

/** `?limit=&cursor=` of every list. */
export const PageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(CONTRACT_LIMITS.pageItems)
    .default(CONTRACT_LIMITS.pageItemsDefault),
  cursor: z.string().max(256).optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** A list, newest first; `next_cursor` is null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}
