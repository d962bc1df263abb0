import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  type TableColumnOptions,
  TableIndex,
} from 'typeorm';

const word = (name: string, length = 64): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: `${length}`,
});
const key = (name: string): TableColumnOptions => ({ ...word(name), isPrimary: true });
const whole = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
const integer = (name: string): TableColumnOptions => ({ name, type: 'integer' });
const real = (name: string): TableColumnOptions => ({ name, type: 'real' });
const text = (name: string): TableColumnOptions => ({ name, type: 'text' });
const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });

const TABLES: { name: string; columns: TableColumnOptions[]; indices?: string[][] }[] = [
  {
    name: 'lab',
    columns: [
      key('class_id'),
      key('name'),
      key('hash'),
      text('files'),
      word('uploaded_by'),
      whole('created_at'),
    ],
  },
  {
    name: 'assignment',
    columns: [key('class_id'), key('lab'), optional(whole('opens_at')), optional(whole('due_at'))],
  },
  {
    name: 'attempt',
    columns: [
      key('id'),
      word('lab'),
      word('lab_hash'),
      optional(word('class_id')),
      word('person_id'),
      optional(word('group_name')),
      word('cluster_id'),
      word('seed', 255),
      { ...word('slot', 255), isUnique: true },
      text('answers'),
      text('results'),
      text('steps'),
      optional(real('score')),
      real('max'),
      integer('runs'),
      optional(whole('last_run_at')),
      optional(whole('stuck_since')),
      optional(whole('last_activity_at')),
      optional(whole('hand_raised_at')),
      text('hand_note'),
      whole('created_at'),
    ],
    indices: [['class_id', 'lab'], ['person_id'], ['cluster_id']],
  },
  {
    name: 'attempt_event',
    columns: [
      key('attempt_id'),
      key('id'),
      word('kind', 16),
      word('person_id'),
      optional(whole('virtual_at')),
      text('detail'),
      whole('created_at'),
    ],
  },
  {
    name: 'failing_hop',
    columns: [
      key('attempt_id'),
      key('id'),
      word('class_id'),
      word('lab'),
      word('person_id'),
      word('request_id'),
      word('disposition', 32),
      optional(text('location')),
      optional(word('step', 32)),
      optional(word('code')),
      whole('created_at'),
    ],
    indices: [['class_id', 'lab']],
  },
  {
    name: 'message',
    columns: [
      key('id'),
      word('class_id'),
      word('from_id'),
      optional(word('to_id')),
      text('text'),
      whole('created_at'),
    ],
    indices: [['class_id', 'created_at']],
  },
  {
    name: 'regrade',
    columns: [
      key('id'),
      word('class_id'),
      word('lab'),
      word('hash'),
      integer('total'),
      integer('done'),
      text('failed'),
      word('after'),
      whole('created_at'),
      optional(whole('finished_at')),
    ],
    indices: [['class_id', 'lab']],
  },
];

/** Labs of classes, attempts at them with their time lines, messages and regrades. */
export class Classwork1793000000000 implements MigrationInterface {
  readonly name = 'Classwork1793000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const { name, columns, indices = [] } of TABLES) {
      await runner.createTable(new Table({ name, columns }));
      for (const columnNames of indices) {
        const index = { name: `${name}_by_${columnNames.join('_')}`, columnNames };
        await runner.createIndex(name, new TableIndex(index));
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
