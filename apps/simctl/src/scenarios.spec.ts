import { readdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { record, replay } from './record';
import { runScenario } from './scenario/run';

const FOLDER = join(__dirname, '../../../scenarios');
const scenarios = readdirSync(FOLDER).filter((name) => name.endsWith('.sim'));

/** `UPDATE_GOLDEN=1` writes the transcripts anew: read them before they are committed. */
describe('every scenario plays as its transcript says', () => {
  it.each(scenarios)('%s', (name) => {
    const file = join(FOLDER, name);
    const golden = file.replace(/\.sim$/, '.golden');
    const { transcript } = runScenario(readFileSync(file, 'utf8'), {
      read: (path) => readFileSync(resolve(dirname(file), path), 'utf8'),
    });
    if (process.env['UPDATE_GOLDEN']) writeFileSync(golden, transcript);
    expect(existsSync(golden)).toBe(true);
    expect(transcript).toBe(readFileSync(golden, 'utf8'));
  });
});

/** Its log makes the cluster again, and a copy that takes over after each command is the same one. */
it.each(scenarios)('%s leaves a cluster that its log and its forks come to as well', (name) => {
  const file = join(FOLDER, name);
  const text = readFileSync(file, 'utf8');
  const read = (path: string) => readFileSync(resolve(dirname(file), path), 'utf8');
  let log: ReturnType<typeof record> | undefined;
  const { cluster } = runScenario(text, { read, onStart: (fresh) => void (log = record(fresh)) });
  expect(replay(log?.text() ?? '').hash()).toBe(cluster.hash());
  expect(runScenario(text, { read, between: (before) => before.fork() }).cluster.hash()).toBe(cluster.hash());
});

it('the index names every scenario once', () => {
  const index = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  const named = [...index.matchAll(/\]\((.*)\.golden\)/g)].map(([, name]) => `${name}.sim`);
  expect(named.sort()).toEqual([...scenarios].sort());
});
