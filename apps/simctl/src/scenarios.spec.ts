import { readdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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

it('the index names every scenario once', () => {
  const index = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  const named = [...index.matchAll(/\]\((.*)\.golden\)/g)].map(([, name]) => `${name}.sim`);
  expect(named.sort()).toEqual([...scenarios].sort());
});
