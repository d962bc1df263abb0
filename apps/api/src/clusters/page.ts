import type { Page } from '@podlab/contracts';
import type { PageRequest } from '@podlab/persistence';
import { ProblemException } from '../problems/problem-exception';

/** A cursor is opaque to callers: where the page before ended. */
export function cursorOf(row: { created_at: number; id: string }): string {
  return Buffer.from(`${row.created_at}.${row.id}`).toString('base64url');
}

export function afterCursor(cursor: string | undefined): PageRequest['after'] {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,15})\.([a-z0-9-]{1,63})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!match) {
    const errors = [{ path: 'cursor', message: 'must be a next_cursor of this list' }];
    throw new ProblemException('InvalidQuery', 'cursor: must be a next_cursor of this list', errors);
  }
  return { created_at: Number(match[1]), id: match[2] };
}

/** Of `limit + 1` rows asked for, the first `limit` and the way to the rest. */
export function pageOf<Row extends { created_at: number; id: string }>(
  rows: Row[],
  limit: number,
): Page<Row> {
  const items = rows.slice(0, limit);
  return { items, next_cursor: rows.length > limit ? cursorOf(items[limit - 1]) : null };
}
