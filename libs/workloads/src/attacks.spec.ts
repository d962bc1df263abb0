import { EXEC_STEPS_LIMIT, PROCESS_LIMIT } from './container-processes';
import { WorkloadsLab } from './test-support';

/** Scripts that want all of the machine: each ends, at this instant or within ten virtual minutes, and says why. */
const ATTACKS: readonly [title: string, script: string, message: RegExp][] = [
  ['a loop without end', 'while :; do :; done', /^shell_steps is limited to/],
  ['a loop of requests', 'while :; do wget -qO- http://api; done >/dev/null', /^shell_steps is limited to/],
  ['a loop of sleeps of no time', 'while :; do sleep 0; done', /^shell_steps is limited to/],
  [
    'a fork bomb',
    'b() { b | b & }; b; wait',
    /container_processes is limited to|shell_steps is limited to|nesting level/,
  ],
  [
    'children that have children',
    'b() { b & b & }; b; wait',
    new RegExp(`container_processes is limited to ${PROCESS_LIMIT}`),
  ],
  ['deep recursion', 'f() { f; }; f', /maximum function nesting level exceeded/],
  [
    'recursion through substitutions',
    'f() { x=$(f); }; f',
    /maximum function nesting level exceeded|shell_steps/,
  ],
  [
    'a text that doubles',
    'x=aaaaaaaa; while :; do x=$x$x; done',
    /argument list too long|shell_memory_characters/,
  ],
  [
    'many long texts',
    'x=$(head -c 200000 /dev/zero | tr "\\0" a; yes | head -50000); i=0; while :; do eval v$i=\\$x; i=$((i+1)); done',
    /shell_memory_characters is limited to/,
  ],
  [
    'many variables',
    'i=0; while :; do eval v$i=1; i=$((i+1)); done',
    /shell_(variables|sources) is limited to/,
  ],
  [
    'a full disk',
    'while :; do seq 1000 >> /tmp/f || exit 1; done',
    /No space left|shell_steps is limited to/,
  ],
  ['a count to a billion', 'seq 1000000000 | wc -l', /^seq: sequence_numbers is limited to/],
  ['eval of itself', 'x=\'eval "$x"\'; eval "$x"', /nesting level exceeded|shell_steps/],
  [
    'an expression that backtracks',
    'yes a | head -2000 | tr -d "\\n" | grep -E "(a|aa)+b" || echo none >&2',
    /^none/,
  ],
  [
    'arithmetic nested deep',
    `echo $((${'('.repeat(5000)}1${')'.repeat(5000)}))`,
    /syntax|nesting|too deep|arithmetic/,
  ],
];

it.each(ATTACKS)('%s is ended by a limit with a name', (_, script, message) => {
  const lab = new WorkloadsLab();
  lab.start({ command: ['sleep', '36000'] });
  lab.start({ id: 'api', networkNamespace: 'pod/api', image: 'nginx', hostname: 'api' });
  const exec = lab.workloads.exec('c1', ['sh', '-c', script]) as number;
  lab.harness.advance(600_000);
  const { stderr = '', exitCode, stdout = '' } = lab.workloads.execState(exec) ?? {};
  expect(exitCode).toBeDefined();
  expect(stderr.split('\n').slice(-3).join('\n') + stderr.slice(0, 500)).toMatch(message);
  expect(stdout.length + stderr.length).toBeLessThan(3_000_000);
  expect(lab.exec('echo alive').stdout).toBe('alive\n');
});

it.each([
  ['conditions', `[ ${'! '.repeat(20_000)} a ]`, /too many arguments/],
  ['parameters', `echo ${'${x:-'.repeat(5_000)}${'}'.repeat(5_000)}`, /nested too deeply/],
  ['quoted parameters', `echo ${'"${x:-'.repeat(3_000)}${'}"'.repeat(3_000)}`, /nested too deeply/],
  ['subshells', `${'('.repeat(5_000)}:${')'.repeat(5_000)}`, /nested too deeply/],
  ['substitutions', `echo ${'$('.repeat(3_000)}${')'.repeat(3_000)}`, /nested too deeply/],
  ['arithmetic', `echo ${'$(('.repeat(3_000)}1${'))'.repeat(3_000)}`, /nested too deeply/],
  [
    'expansions and substitutions in turn',
    `echo ${'${x:-$(echo '.repeat(1_000)}${')}'.repeat(1_000)}`,
    /shell_nesting is limited to 60/,
  ],
  [
    'groups and expansions in turn',
    `${'{ echo "${x:-$('.repeat(1_000)}:${')}"; }'.repeat(1_000)}`,
    /shell_nesting is limited to 60/,
  ],
  [
    'conditions in conditions',
    `${'if :; then '.repeat(2_000)}:${'; fi'.repeat(2_000)}`,
    /shell_nesting is limited to 60/,
  ],
  [
    'choices',
    `${'case x in x) '.repeat(2_000)}:${';; esac'.repeat(2_000)}`,
    /shell_nesting is limited to 60/,
  ],
  ['functions', `${'f() { '.repeat(2_000)}:${'; }'.repeat(2_000)}`, /shell_nesting is limited to 60/],
  ['chains', `: ${'&& :'.repeat(20_000)}`, /too long/],
])('%s nested or chained too far are an error of the script', (_, script, message) => {
  const lab = new WorkloadsLab();
  lab.start({ command: ['sleep', '36000'] });
  expect(lab.exec(script)).toMatchObject({ status: 2, stderr: expect.stringMatching(message) });
});

it.each([
  ['yes | head -3', 'y\ny\ny\n'],
  ['ls /*/*/*/* 2>/dev/null | wc -l | tr -d " "', '12\n'],
  [
    'i=0; while [ $i -lt 300 ]; do : > /tmp/f$i; i=$((i+1)); done; echo /tmp/*/../*/../f1? | wc -w | tr -d " "',
    '1\n',
  ],
  [`if false; then :; ${'elif false; then :; '.repeat(300)}else echo last; fi`, 'last\n'],
  [`${'! '.repeat(500)}true && echo even`, 'even\n'],
  [`echo ${'$(echo '.repeat(25)}deep${')'.repeat(25)}`, 'deep\n'],
  ['case $(yes | head -500 | tr -d "\\n") in *y*y*y*y*y*y*y*z) echo yes;; *) echo no;; esac', 'no\n'],
])('%s is no attack', (script, printed) => {
  const lab = new WorkloadsLab();
  lab.start({ command: ['sleep', '36000'] });
  expect(lab.exec(script).stdout).toBe(printed);
});

it('an exec has no more steps than its limit, however many processes it starts', () => {
  const lab = new WorkloadsLab();
  lab.start({ command: ['sleep', '36000'] });
  const exec = lab.workloads.exec('c1', ['sh', '-c', 'while :; do (:) & wait; done']) as number;
  lab.harness.advance(1_000);
  expect(lab.workloads.execState(exec)?.steps).toBeLessThan(2 * EXEC_STEPS_LIMIT);
});
