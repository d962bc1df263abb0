import { type MigrationInterface, type QueryRunner, Table, TableColumn, TableIndex } from 'typeorm';

const TABLE = 'account_token';
const key = (name: string) => ({ name, type: 'varchar', length: '64', isPrimary: true });
const columnNames = ['cluster_id', 'created_at'];

/** Who asked for tokens of service accounts, and from when on other such tokens open the door of a cluster. */
export class AccountTokens1801000000000 implements MigrationInterface {
  readonly name = 'AccountTokens1801000000000';

  async up(runner: QueryRunner): Promise<void> {
    const columns = [
      key('cluster_id'),
      key('hash'),
      key('credential'),
      { name: 'created_at', type: 'bigint' },
    ];
    await runner.createTable(new Table({ name: TABLE, columns }));
    const index = { name: `${TABLE}_by_${columnNames.join('_')}`, columnNames };
    await runner.createIndex(TABLE, new TableIndex(index));
    const since = new TableColumn({ name: 'accounts_since', type: 'bigint', isNullable: true });
    await runner.addColumn('cluster', since);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('cluster', 'accounts_since');
    await runner.dropTable(TABLE);
  }
}
