// Which of the two SQLite bindings this Node runs (docs/adr/0021, libs/persistence/src/sqlite.ts). Plain Node only.

const NODE_API = 10;
const READY_MADE = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64'];

/** better-sqlite3 12 is compiled or downloaded by its install script; 13 brings its binaries along. */
export const installsSqlite = (napi = process.versions.napi) => Number(napi) < NODE_API;

/** @param {string} target such as `linux-x64` @returns {string[]} */
export function checkReadyMadeSqlite(target) {
  if (READY_MADE.includes(target)) return [];
  return [`SQLite has no binary for ${target} under this Node: use Node 20, where it can be compiled`];
}
