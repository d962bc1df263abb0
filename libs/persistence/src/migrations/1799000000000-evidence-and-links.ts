import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  TableColumn,
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
const optional = (options: TableColumnOptions): TableColumnOptions => ({ ...options, isNullable: true });

const TABLES: { name: string; columns: TableColumnOptions[]; indices?: string[][] }[] = [
  { name: 'attempt_evidence', columns: [key('attempt_id'), key('step'), column('evidence', 'text')] },
  {
    name: 'lti_link',
    columns: [
      key('id'),
      word('platform_id'),
      word('resource_link_id', NAME),
      word('class_id'),
      optional(word('title', NAME)),
      optional(word('lab', 128)),
      column('seen_at', 'bigint'),
    ],
    indices: [['platform_id', 'resource_link_id'], ['class_id']],
  },
  {
    name: 'sign_in_failure',
    columns: [
      key('kind', 16),
      key('subject', NAME),
      column('failures', 'integer'),
      column('expires_at', 'bigint'),
    ],
    indices: [['expires_at']],
  },
];
const COLUMNS: [table: string, column: TableColumnOptions][] = [
  ['lti_context', optional(column('memberships_url', 'text'))],
  ['lti_platform', { ...column('frame_origins', 'text'), default: "'[]'" }],
];

/** What a check run rests on; links of courses, their rosters and frames; and who guessed passwords. */
export class EvidenceAndLinks1799000000000 implements MigrationInterface {
  readonly name = 'EvidenceAndLinks1799000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const { name, columns, indices = [] } of TABLES) {
      await runner.createTable(new Table({ name, columns }));
      for (const columnNames of indices)
        await runner.createIndex(
          name,
          new TableIndex({ name: `${name}_by_${columnNames.join('_')}`, columnNames }),
        );
    }
    for (const [table, options] of COLUMNS) await runner.addColumn(table, new TableColumn(options));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, { name }] of [...COLUMNS].reverse()) await runner.dropColumn(table, name);
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
