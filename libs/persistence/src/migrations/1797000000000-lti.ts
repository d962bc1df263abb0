import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  type TableColumnOptions,
  TableIndex,
} from 'typeorm';

const NAME = 255;
const word = (name: string, length = 64): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: `${length}`,
});
const key = (name: string, length = 64): TableColumnOptions => ({ ...word(name, length), isPrimary: true });
const column = (name: string, type: string): TableColumnOptions => ({ name, type });
const optional = (name: string, type: string): TableColumnOptions => ({ name, type, isNullable: true });

const TABLES: { name: string; columns: TableColumnOptions[]; index?: string[] }[] = [
  {
    name: 'lti_platform',
    columns: [
      key('id'),
      word('name'),
      word('issuer', NAME),
      word('client_id', NAME),
      word('deployment_id', NAME),
      column('authorization_url', 'text'),
      column('token_url', 'text'),
      column('jwks_url', 'text'),
      column('created_at', 'bigint'),
    ],
  },
  { name: 'lti_context', columns: [key('platform_id'), key('context_id', NAME), word('class_id')] },
  {
    name: 'lti_grade',
    columns: [
      key('platform_id'),
      key('resource_link_id', NAME),
      key('person_id'),
      word('class_id'),
      word('lab'),
      word('subject', NAME),
      optional('line_item', 'text'),
      optional('line_items', 'text'),
      optional('score', 'real'),
      column('max', 'real'),
      optional('scored_at', 'bigint'),
      optional('sent_at', 'bigint'),
      column('tries', 'integer'),
      optional('next_try_at', 'bigint'),
      optional('last_error', 'text'),
    ],
    index: ['class_id', 'lab'],
  },
];

/** Learning platforms, their courses, and the scores on their way to them. */
export class Lti1797000000000 implements MigrationInterface {
  readonly name = 'Lti1797000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const { name, columns, index } of TABLES) {
      await runner.createTable(new Table({ name, columns }));
      if (!index) continue;
      const named = { name: `${name}_by_${index.join('_')}`, columnNames: index };
      await runner.createIndex(name, new TableIndex(named));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
