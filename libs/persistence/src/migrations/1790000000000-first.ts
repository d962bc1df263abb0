import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  TableIndex,
  type TableColumnOptions,
} from 'typeorm';

const word = (name: string, length = 64): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: `${length}`,
});
const key = (name: string, length = 64): TableColumnOptions => ({ ...word(name, length), isPrimary: true });
const whole = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
const text = (name: string, isNullable = false): TableColumnOptions => ({ name, type: 'text', isNullable });
const integer = (name: string): TableColumnOptions => ({ name, type: 'integer' });

const TABLES: { name: string; columns: TableColumnOptions[]; indices?: string[][] }[] = [
  { name: 'person', columns: [key('id'), word('name', 255), word('role', 16), whole('created_at')] },
  { name: 'sign_in_code', columns: [key('hash'), word('person_id'), whole('expires_at')] },
  { name: 'session', columns: [key('hash'), word('person_id'), whole('created_at'), whole('expires_at')] },
  {
    name: 'token',
    columns: [
      key('id'),
      { ...word('hash'), isUnique: true },
      word('person_id'),
      word('name', 255),
      { ...word('cluster_id'), isNullable: true },
      whole('created_at'),
      whole('expires_at'),
    ],
    indices: [['person_id']],
  },
  {
    name: 'cluster',
    columns: [
      key('id'),
      word('owner_id'),
      word('name', 255),
      word('seed', 255),
      word('state', 16),
      text('failure', true),
      whole('created_at'),
      text('config'),
      text('host_state'),
    ],
    indices: [['owner_id', 'created_at'], ['created_at']],
  },
  {
    name: 'request',
    columns: [
      key('cluster_id'),
      key('id'),
      whole('rv'),
      whole('at'),
      whole('created_at'),
      { name: 'pinned', type: 'boolean' },
      text('outcome'),
      integer('connection'),
    ],
    indices: [['cluster_id', 'created_at']],
  },
  {
    name: 'idempotency_key',
    columns: [
      key('caller_id'),
      key('key', 255),
      word('fingerprint'),
      integer('status'),
      text('answer'),
      whole('created_at'),
    ],
    indices: [['created_at']],
  },
  { name: 'secret', columns: [key('name'), text('ciphertext'), whole('created_at')] },
  {
    name: 'log_entry',
    columns: [
      { ...key('cluster_id') },
      { ...whole('rv'), isPrimary: true },
      whole('at'),
      word('engine', 32),
      text('entry'),
    ],
  },
  {
    name: 'checkpoint',
    columns: [
      { ...key('cluster_id') },
      { ...whole('rv'), isPrimary: true },
      whole('at'),
      word('engine', 32),
      text('state'),
    ],
  },
];

/** The tables of the first release; types that SQLite and PostgreSQL share. */
export class First1790000000000 implements MigrationInterface {
  readonly name = 'First1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const { name, columns, indices = [] } of TABLES) {
      await runner.createTable(new Table({ name, columns }));
      for (const columnNames of indices) {
        await runner.createIndex(
          name,
          new TableIndex({ name: `${name}_by_${columnNames.join('_')}`, columnNames }),
        );
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
