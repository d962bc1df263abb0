/** The SQLite binding that this Node can run (docs/adr/0021). */
import type Database from 'better-sqlite3';

/** What better-sqlite3 13 is built for: Node has it from 22.14 on. */
const NODE_API = 10;

/** better-sqlite3 12 on Node 20, where 13 ends the process; 13 on all others, where 12 does from Node 24.19 on. */
export async function loadSqlite(): Promise<typeof Database> {
  const { default: binding } =
    Number(process.versions.napi) < NODE_API
      ? await import('better-sqlite3')
      : await import('better-sqlite3-13');
  return binding;
}
