/** The examples for autograders, each run with the folders, environment and files that its system has. No server. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(__dirname, '../../..');
const EXAMPLES = join(ROOT, 'examples');
const LAB = join(ROOT, 'labs/cluster-ip');

let podlab: string;
let folder: string;

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'tools/build-podlab.mjs')]);
  podlab = join(ROOT, 'dist/podlab/podlab.mjs');
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'podlab-examples-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...path: string[]) => join(folder, ...path);
const read = (...path: string[]) => readFileSync(at(...path), 'utf8');
const json = (...path: string[]) => JSON.parse(read(...path)) as Record<string, unknown>;

/** What a student hands in: the first step of the lab, and nothing of the others. */
function handIn(path: string): void {
  mkdirSync(at(path), { recursive: true });
  cpSync(join(LAB, 'deployment.yaml'), at(path, 'deployment.yaml'));
}

function run(command: string, words: string[], environment: Record<string, string>) {
  const options = { cwd: folder, env: { PATH: process.env.PATH, ...environment }, encoding: 'utf8' as const };
  return spawnSync(command, words, options);
}

interface Action {
  inputs: Record<string, { default?: string; required?: boolean }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: { id: string; env: Record<string, string>; run: string }[] };
}

describe('the GitHub Action', () => {
  /** As a runner does with a composite action: inputs into the environment, `run` by bash, outputs from a file. */
  function act(inputs: Record<string, string>) {
    const action = parse(readFileSync(join(EXAMPLES, 'github-action/action.yml'), 'utf8')) as Action;
    const [step] = action.runs.steps;
    const environment = Object.entries(step.env).map(([name, value]) => {
      const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)?.[1] ?? '';
      expect(Object.keys(action.inputs)).toContain(input);
      return [name, inputs[input] ?? action.inputs[input].default ?? ''];
    });
    writeFileSync(at('output'), '');
    writeFileSync(at('summary.md'), '');
    const { status } = run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
      ...(Object.fromEntries(environment) as Record<string, string>),
      GITHUB_ACTION_PATH: join(EXAMPLES, 'github-action'),
      GITHUB_OUTPUT: at('output'),
      GITHUB_STEP_SUMMARY: at('summary.md'),
    });
    return { status, outputs: read('output'), summary: read('summary.md') };
  }

  it('grades, tells the points and a table, and fails below the points that are enough', () => {
    handIn('k8s');
    const enough = act({ lab: LAB, podlab, manifests: 'k8s\n', 'min-score': '15' });
    expect(enough).toMatchObject({ status: 0, outputs: 'score=15\nmax-score=100\n' });
    expect(enough.summary).toMatch(/^### cluster-ip: 15 of 100\n/);
    expect(enough.summary.match(/^\| ✅ \|/gm)).toHaveLength(1);
    expect(act({ lab: LAB, podlab, manifests: 'k8s' }).status).toBe(1);
    expect(act({ lab: 'nowhere', podlab })).toEqual({ status: 3, outputs: '', summary: '' });
  });

  it('an input is no command', () => {
    expect(act({ lab: '$(touch done)`touch done`', podlab, manifests: '"; touch done; "' }).status).toBe(3);
    expect(existsSync(at('done'))).toBe(false);
  });

  it('the workflow uses the inputs that there are', () => {
    const workflow = parse(readFileSync(join(EXAMPLES, 'github-action/workflow.yml'), 'utf8')) as {
      jobs: { grade: { steps: { uses: string; with?: Record<string, unknown> }[] } };
    };
    const action = parse(readFileSync(join(EXAMPLES, 'github-action/action.yml'), 'utf8')) as Action;
    const given = workflow.jobs.grade.steps.find(({ uses }) => uses.startsWith('./'))?.with ?? {};
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
    expect(given).toHaveProperty('lab');
  });
});

describe('the Gradescope autograder', () => {
  /** The folders of Gradescope's container, under another root. */
  function grade() {
    mkdirSync(at('source'), { recursive: true });
    for (const file of ['setup.sh', 'run_autograder'])
      cpSync(join(EXAMPLES, 'gradescope', file), at('source', file));
    cpSync(podlab, at('source/podlab.mjs'));
    cpSync(at('source/run_autograder'), at('run_autograder'));
    chmodSync(at('run_autograder'), 0o755);
    return run(at('run_autograder'), [], { AUTOGRADER_ROOT: folder });
  }

  it('writes results.json for what was handed in, answers beside it', () => {
    handIn('submission');
    writeFileSync(at('submission/answers.yaml'), 'quiz: { where-is-dnat: [client-node] }\n');
    cpSync(LAB, at('source/lab'), { recursive: true });
    expect(grade().status).toBe(0);
    const { score, tests } = json('results/results.json') as { score: number; tests: { status: string }[] };
    expect(score).toBeGreaterThan(15);
    expect(tests.filter(({ status }) => status === 'passed')).toHaveLength(2);
  });

  it('a lab that can’t be read is no zero', () => {
    handIn('submission');
    const { status, stdout } = grade();
    expect([status, existsSync(at('results/results.json'))]).toEqual([3, false]);
    expect(stdout).toContain('there is no lab.yaml');
  });

  it('setup.sh is done where there is Node.js', () => {
    expect(run('bash', [join(EXAMPLES, 'gradescope/setup.sh')], {}).stdout).toBe(`${process.version}\n`);
  });
});

describe('the Classroom 50 autograder', () => {
  it('writes result.json with who it is about', () => {
    handIn('k8s');
    mkdirSync(at('bundle'));
    cpSync(LAB, at('bundle/lab'), { recursive: true });
    cpSync(podlab, at('bundle/podlab.mjs'));
    const environment = {
      CLASSROOM50_BUNDLE_DIR: at('bundle'),
      CLASSROOM: 'networks',
      ASSIGNMENT: 'lab-3',
      OWNER: 'ada',
    };
    const script = join(EXAMPLES, 'classroom50/autograder.py');
    expect(run('python3', [script], { ...environment, SUBMISSION_TAG: 'submit/1' }).status).toBe(0);
    expect(json('result.json')).toMatchObject({
      schema: 'classroom50/result/v1',
      classroom: 'networks',
      assignment: 'lab-3',
      assignment_type: 'individual',
      owner: 'ada',
      submission: 'submit/1',
      score: 15,
      'max-score': 100,
    });
    rmSync(at('bundle/lab'), { recursive: true });
    rmSync(at('result.json'));
    expect(run('python3', [script], environment).status).toBe(3);
    expect(existsSync(at('result.json'))).toBe(false);
  });
});
