import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';

const key = (name: string) => ({ name, type: 'varchar', length: '64', isPrimary: true });
const whole = (name: string) => ({ name, type: 'bigint' });

/** Moments that are kept whatever is compacted; the checkpoint of each stands in the log. */
export class Snapshots1792000000000 implements MigrationInterface {
  readonly name = 'Snapshots1792000000000';

  async up(runner: QueryRunner): Promise<void> {
    const name = { name: 'name', type: 'varchar', length: '255' };
    const columns = [key('cluster_id'), key('id'), name, whole('rv'), whole('at'), whole('created_at')];
    await runner.createTable(new Table({ name: 'snapshot', columns }));
    const columnNames = ['cluster_id', 'rv'];
    await runner.createIndex('snapshot', new TableIndex({ name: 'snapshot_by_cluster_id_rv', columnNames }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('snapshot');
  }
}
