import type { EntityManager, EntitySchema, SelectQueryBuilder } from 'typeorm';
import type { PageRequest } from '../records';

/** Newest first by (created_at, id), from after the last row of the page before; `id` may be another column. */
export function newestFirst<Row extends object>(
  query: SelectQueryBuilder<Row>,
  page: PageRequest,
  id = 'id',
): Promise<Row[]> {
  if (page.after) {
    query.andWhere(`(row.created_at < :created OR (row.created_at = :created AND row.${id} < :last))`, {
      created: page.after.created_at,
      last: page.after.id,
    });
  }
  query.orderBy('row.created_at', 'DESC').addOrderBy(`row.${id}`, 'DESC').limit(page.limit);
  return query.getMany();
}

export function pageOf<Row extends { created_at: number; id: string }>(
  manager: EntityManager,
  entity: EntitySchema<Row>,
  where: Record<string, string>,
  page: PageRequest,
): Promise<Row[]> {
  const query = manager.createQueryBuilder(entity, 'row');
  for (const [column, value] of Object.entries(where))
    query.andWhere(`row.${column} = :${column}`, { [column]: value });
  return newestFirst(query, page);
}
