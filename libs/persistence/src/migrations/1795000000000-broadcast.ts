import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';

/** The cluster that a class is shown. */
export class Broadcast1795000000000 implements MigrationInterface {
  readonly name = 'Broadcast1795000000000';

  async up(runner: QueryRunner): Promise<void> {
    const column = { name: 'broadcast_cluster_id', type: 'varchar', length: '64', isNullable: true };
    await runner.addColumn('class', new TableColumn(column));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('class', 'broadcast_cluster_id');
  }
}
