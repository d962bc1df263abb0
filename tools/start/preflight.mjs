// What a machine must have before anything begins: told in words, all at once, with what to do. Plain Node only.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { checkReadyMadeSqlite, installsSqlite } from './sqlite.mjs';

const OLDEST_NODE = [20, 19];
const FIRST_UNTRIED_MAJOR = 25;
const PREBUILT_TIMEOUT_MS = 5000;

/** @param {string} version such as `20.20.2` @returns {string[]} */
export function checkNode(version) {
  const [major, minor] = version.split('.').map(Number);
  const old = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (!old && major < FIRST_UNTRIED_MAJOR) return [];
  return [
    `Node ${OLDEST_NODE.join('.')} to ${FIRST_UNTRIED_MAJOR - 1} is needed; this is Node ${version} (https://nodejs.org)`,
  ];
}

/** @returns {Promise<string[]>} */
export function checkPort(setting, host, port) {
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    return Promise.resolve([`${setting} is no port number`]);
  if (port === 0) return Promise.resolve([]);
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve([describePortError(error, setting, host, port)]));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve([])));
  });
}

function describePortError(error, setting, host, port) {
  const choose = `choose another, for example ${setting}=${port + 1} npm start`;
  if (error.code === 'EADDRINUSE')
    return `port ${port} on ${host} is busy: stop what listens there, or ${choose}`;
  if (error.code === 'EACCES') return `port ${port} on ${host} may not be opened by this user: ${choose}`;
  if (error.code === 'EADDRNOTAVAIL')
    return `${host} is no address of this machine: set PODLAB_HOST to one that is`;
  return `port ${port} on ${host} can't be opened (${error.message}): ${choose}`;
}

const has = (command) =>
  spawnSync(command, ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0;

/** @returns {string[]} */
export function checkNpm() {
  return has('npm') ? [] : ['npm is needed, which comes with Node (Debian: apt-get install npm)'];
}

/** better-sqlite3 12 needs a compiler where no ready-made binary is to be had. @returns {Promise<string[]>} */
export async function checkSqlite(root, version) {
  if (!installsSqlite()) return checkReadyMadeSqlite(`${process.platform}-${process.arch}`);
  if (existsSync(`${root}/node_modules/better-sqlite3/build/Release/better_sqlite3.node`)) return [];
  const compiler = ['g++', 'c++', 'clang++'].some(has);
  const missing = [
    compiler ? [] : 'a C++ compiler',
    has('make') ? [] : 'make',
    has('python3') ? [] : 'python3',
  ].flat();
  if (missing.length === 0 || process.platform === 'win32' || (await hasPrebuiltSqlite(version))) return [];
  return [
    `SQLite has no ready-made binary for Node ${process.versions.node} on ${process.platform}-${process.arch} within reach, ` +
      `and to build it this machine lacks ${missing.join(', ')} (Debian, Ubuntu: apt-get install g++ make python3)`,
  ];
}

async function hasPrebuiltSqlite(version) {
  const libc =
    process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime ? 'musl' : '';
  const target = `node-v${process.versions.modules}-${process.platform}${libc}-${process.arch}`;
  const file = `better-sqlite3-v${version}-${target}.tar.gz`;
  const url = `https://github.com/WiseLibs/better-sqlite3/releases/download/v${version}/${file}`;
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(PREBUILT_TIMEOUT_MS) });
    return answer.ok;
  } catch {
    return false;
  }
}
