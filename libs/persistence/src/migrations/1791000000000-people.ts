import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  TableColumn,
  type TableColumnOptions,
  TableIndex,
} from 'typeorm';

const word = (name: string, length = 64): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: `${length}`,
});
const key = (name: string, length = 64): TableColumnOptions => ({ ...word(name, length), isPrimary: true });
const optional = (name: string, length = 64): TableColumnOptions => ({
  ...word(name, length),
  isNullable: true,
});
const whole = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
const text = (name: string): TableColumnOptions => ({ name, type: 'text' });

const TABLES: { name: string; columns: TableColumnOptions[]; indices?: string[][] }[] = [
  {
    name: 'identity',
    columns: [key('issuer', 255), key('subject', 255), word('person_id'), whole('created_at')],
    indices: [['person_id']],
  },
  {
    name: 'class',
    columns: [
      key('id'),
      word('name', 255),
      word('seed', 255),
      text('quotas'),
      text('settings'),
      whole('created_at'),
      { ...whole('archived_at'), isNullable: true },
    ],
    indices: [['created_at']],
  },
  {
    name: 'membership',
    columns: [
      key('class_id'),
      key('person_id'),
      word('role', 16),
      optional('group_name'),
      whole('created_at'),
    ],
    indices: [['person_id']],
  },
  {
    name: 'invitation',
    columns: [
      key('id'),
      { ...word('code', 16), isUnique: true },
      word('class_id'),
      word('role', 16),
      optional('group_name'),
      { name: 'uses_left', type: 'integer' },
      whole('created_at'),
      whole('expires_at'),
    ],
    indices: [['class_id', 'created_at']],
  },
];

/** Columns that known tables get; what stood there before there were any is filled in. */
const COLUMNS: [table: string, column: TableColumnOptions][] = [
  ['person', { ...optional('login'), isUnique: true }],
  ['person', { ...text('password_hash'), isNullable: true }],
  ['person', optional('home_class_id')],
  ['session', { ...word('id'), default: "''" }],
  ['session', { ...word('method', 16), default: "'link'" }],
  ['token', { ...word('scope', 16), default: "'all'" }],
  ['cluster', optional('class_id')],
  ['cluster', optional('lab')],
  ['cluster', optional('group_name')],
  ['cluster', { ...optional('slot', 255), isUnique: true }],
];
const INDICES: [table: string, columns: string[]][] = [
  ['cluster', ['class_id', 'created_at']],
  ['session', ['person_id']],
];
const FILL = [
  'UPDATE session SET id = substr(hash, 1, 16)',
  "UPDATE person SET login = 'admin' WHERE id = 'admin'",
];

const indexOf = (table: string, columnNames: string[]) =>
  new TableIndex({ name: `${table}_by_${columnNames.join('_')}`, columnNames });

/** People with passwords and identities, classes with their members and invitations, clusters of a class. */
export class People1791000000000 implements MigrationInterface {
  readonly name = 'People1791000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const { name, columns, indices = [] } of TABLES) {
      await runner.createTable(new Table({ name, columns }));
      for (const columnNames of indices) await runner.createIndex(name, indexOf(name, columnNames));
    }
    for (const [table, column] of COLUMNS) await runner.addColumn(table, new TableColumn(column));
    for (const [table, columnNames] of INDICES) await runner.createIndex(table, indexOf(table, columnNames));
    for (const statement of FILL) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, columnNames] of INDICES) await runner.dropIndex(table, indexOf(table, columnNames));
    for (const [table, column] of [...COLUMNS].reverse()) await runner.dropColumn(table, column.name);
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
