import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { hash } from './browser';
import { replay } from './record';

const ROOT = join(__dirname, '../../..');
const FOLDER = join(ROOT, 'scenarios');
const CHROMIUM = process.env['PODLAB_CHROMIUM'] ?? '/usr/bin/chromium';
/** A deployment, scaling, a node that is lost, requests. */
const SCENARIOS = ['04-scale-and-stale-ip.sim', '08-node-loss.sim'];
const SEEDS = ['42', '7'];
/** How often each other way plays a scenario; a thousand times in `npm run test:long`. */
const RUNS = 100 * Number(process.env['PODLAB_TEST_ROUNDS'] ?? 1);

const textOf = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const files = Object.fromEntries(
  readdirSync(join(FOLDER, 'lesson')).map((name) => [`lesson/${name}`, textOf(`lesson/${name}`)]),
);
const run = (script: string, words: string[]): string =>
  execFileSync(process.execPath, [script, ...words], { cwd: ROOT, encoding: 'utf8' }).trim();
const simctl = (...words: string[]): string => run('dist/simctl/main.mjs', words);

/** In this process, the hash that the others have to come to. */
const expected = new Map(
  SCENARIOS.flatMap((name) =>
    SEEDS.map((seed) => [`${name} ${seed}`, hash(textOf(name), files, seed)] as const),
  ),
);

jest.setTimeout(60_000 + 1_000 * RUNS);

let folder = '';
let browser: Browser;
let page: Page;

beforeAll(async () => {
  // What `npm run sim` runs: it bundles, and then starts, dist/simctl.
  run('tools/simctl.mjs', ['hash', `scenarios/${SCENARIOS[0]}`]);
  folder = mkdtempSync(join(tmpdir(), 'podlab-simctl-'));
  const bundle = join(folder, 'simctl.js');
  const options = ['--bundle', '--format=iife', '--global-name=simctl', '--log-level=warning'];
  const entry = join(ROOT, 'apps/simctl/src/browser.ts');
  const tsconfig = `--tsconfig=${join(ROOT, 'tsconfig.base.json')}`;
  execFileSync(join(ROOT, 'node_modules/.bin/esbuild'), [entry, `--outfile=${bundle}`, tsconfig, ...options]);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  page = await browser.newPage();
  await page.addScriptTag({ path: bundle });
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

describe.each(SCENARIOS)('%s comes to the same bytes', (name) => {
  it.each(SEEDS)(`with seed %s in ${RUNS} runs of a second process`, (seed) => {
    expect([seed, simctl('hash', `scenarios/${name}`, '--seed', seed, '--runs', String(RUNS))]).toEqual([
      seed,
      expected.get(`${name} ${seed}`),
    ]);
  });

  it.each(SEEDS)(`with seed %s in ${RUNS} runs of Chromium`, async (seed) => {
    type Bundle = { simctl: { hash: typeof hash } };
    const there = await page.evaluate(
      ([text, named, chosen, runs]) => {
        const { simctl } = globalThis as unknown as Bundle;
        return [...new Set(Array.from({ length: runs }, () => simctl.hash(text, named, chosen)))];
      },
      [textOf(name), files, seed, RUNS] as const,
    );
    expect([seed, there]).toEqual([seed, [expected.get(`${name} ${seed}`)]]);
  });

  it('when its log is lived through again elsewhere', () => {
    const log = join(folder, 'run.log');
    simctl('run', `scenarios/${name}`, '--seed', '42', '--log', log);
    const end = expected.get(`${name} 42`);
    expect([simctl('replay', log), replay(readFileSync(log, 'utf8')).hash()]).toEqual([end, end]);
  });

  it('and to others with another seed', () => {
    const hashes = SEEDS.map((seed) => expected.get(`${name} ${seed}`));
    expect(new Set(hashes).size).toBe(SEEDS.length);
  });
});
