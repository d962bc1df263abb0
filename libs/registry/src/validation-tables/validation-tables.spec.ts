import { CONTAINERS } from './container.table';
import { POD } from './pod.table';
import { SERVICE } from './service.table';
import { TableApi, manifest, statusOf, ways, type Table } from './table';

const TABLES: Record<string, Table> = {
  Container: CONTAINERS,
  Pod: POD,
  Service: SERVICE,
};
const ALL = Object.entries(TABLES).flatMap(([name, table]) =>
  table.rows.map((row) => [`${name}: ${row.cites}`, table, row] as const),
);

test.each(ALL)('%s', (_, table, row) => {
  const api = new TableApi();
  if (row.before) {
    const { status, body } = api.send('POST', table.url, manifest(table, row.before));
    expect([status, status === 201 || body]).toEqual([201, true]);
  }
  for (const [way, send] of ways(table, row)) {
    const revision = api.revision;
    const { status, body } = send(api);
    if (row.accepted) {
      expect([way, body]).toMatchObject([way, row.accepted]);
      expect(status).toBeLessThan(300);
      continue;
    }
    expect([way, body]).toEqual([way, statusOf(row, manifest(table, { ...row.before, ...row.change }))]);
    expect([way, status, api.revision]).toEqual([way, (body as { code?: unknown }).code, revision]);
  }
});
