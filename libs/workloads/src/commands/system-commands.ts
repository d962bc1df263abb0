import { parseRfc3339, rfc3339 } from '@podlab/kernel';
import { calendarText } from '../http/date';
import { signalName } from '../shell/builtins';
import { matchesPattern } from '../shell/pattern';
import { humanSize } from './human-size';
import { KERNEL_RELEASE } from '../kernel-release';
import { linesOf, parseOptions } from './command';
import type { CommandContext, CommandOutcome } from '../shell/host';
import type { Command, CommandSystem, CommandTable, ProcessLine } from './command';
import { USERS, userName } from './user-names';
import { testCommand } from './test-command';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** The longest sleep: what `infinity` stands for. */
export const SLEEP_LIMIT_MS = 100 * 365 * 86_400_000;

/** Milliseconds of `5`, `0.5`, `2m`, `infinity`; undefined when it is no duration. */
export function durationMs(text: string): number | undefined {
  if (text === 'infinity' || text === 'inf') return SLEEP_LIMIT_MS;
  const match = /^([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([smhd]?)$/.exec(text);
  return match
    ? Math.min(SLEEP_LIMIT_MS, Math.round(Number(match[1]) * UNIT_MS[match[2] || 's']))
    : undefined;
}

const sleep: Command = (context) => {
  let total = 0;
  for (const word of context.arguments) {
    const ms = durationMs(word);
    if (ms === undefined) {
      context.err(`sleep: invalid number '${word}'\n`);
      return 1;
    }
    total += ms;
  }
  if (context.arguments.length === 0) {
    context.err('BusyBox v1.37.0 multi-call binary.\n\nUsage: sleep [N]...\n');
    return 1;
  }
  return { kind: 'time', ms: Math.min(total, SLEEP_LIMIT_MS), status: 0 };
};

interface DateCall {
  readonly at: number;
  readonly style?: 'date' | 'seconds' | 'mail';
  readonly format?: string;
}

/** What `date` is asked for, or why that is nothing: the clock is the cluster's, and nobody sets it. */
function dateCall(words: readonly string[], now: number): DateCall | string {
  let call: DateCall = { at: now };
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === '-u' || word === '--utc') continue;
    if (word.startsWith('+')) call = { ...call, format: word };
    else if (word === '-R') call = { ...call, style: 'mail' };
    else if (/^(-I|--iso-8601=?)(date)?$/.test(word)) call = { ...call, style: 'date' };
    else if (/^(-I|--iso-8601=)(s|seconds)$/.test(word)) call = { ...call, style: 'seconds' };
    else if (word === '-d' || word.startsWith('--date=')) {
      const text = word === '-d' ? (words[++index] ?? '') : word.slice('--date='.length);
      const at = momentOf(text, now);
      if (at === undefined) return `invalid date '${text}'`;
      call = { ...call, at };
    } else return word.startsWith('-') ? `invalid option -- '${word.slice(1)}'` : `invalid date '${word}'`;
  }
  return call;
}

function momentOf(text: string, now: number): number | undefined {
  if (text === 'now' || text === '') return now;
  if (/^@[0-9]+$/.test(text)) return Number(text.slice(1)) * 1000;
  const [, day, time = '00:00:00'] =
    /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)Z?)?$/.exec(text) ?? [];
  const at = day === undefined ? NaN : parseRfc3339(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);
  return Number.isFinite(at) ? at : undefined;
}

const date: Command = (context, system) => {
  const call = dateCall(context.arguments, system.now());
  if (typeof call === 'string') {
    context.err(`date: ${call}\n`);
    return 1;
  }
  const { at, style, format } = call;
  const text = rfc3339(at);
  const { weekday, day, month, monthNumber, year, time } = calendarText(text, at);
  if (style === 'mail') context.out(`${weekday}, ${day} ${month} ${year} ${time} +0000\n`);
  else if (style !== undefined)
    context.out(style === 'date' ? `${text.slice(0, 10)}\n` : `${text.slice(0, 19)}+00:00\n`);
  else if (format === undefined)
    context.out(`${weekday} ${month} ${day.replace(/^0/, ' ')} ${time} UTC ${year}\n`);
  else {
    const parts: Record<string, string> = {
      Y: year,
      m: monthNumber,
      d: day,
      e: day.replace(/^0/, ' '),
      H: time.slice(0, 2),
      M: time.slice(3, 5),
      S: time.slice(6, 8),
      T: time,
      F: text.slice(0, 10),
      D: `${monthNumber}/${day}/${year.slice(2)}`,
      R: time.slice(0, 5),
      a: weekday,
      b: month,
      s: String(Math.floor(at / 1000)),
      N: `${String(at % 1000).padStart(3, '0')}000000`,
      Z: 'UTC',
      z: '+0000',
      n: '\n',
      t: '\t',
      '%': '%',
    };
    context.out(
      `${format.slice(1).replace(/%([A-Za-z%])/g, (whole, letter: string) => parts[letter] ?? whole)}\n`,
    );
  }
  return 0;
};

const environment: Command = (context, system) => {
  const words = [...context.arguments];
  const added: [string, string][] = [];
  const removed = new Set<string>();
  let empty = false;
  while (words[0]?.startsWith('-')) {
    const option = words.shift() as string;
    if (option === '--') break;
    if (option.startsWith('-u')) removed.add(option.slice(2) || (words.shift() ?? ''));
    else empty = true;
  }
  while (/^[A-Za-z_][A-Za-z0-9_]*=/.test(words[0] ?? '')) {
    const word = words.shift() as string;
    added.push([word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
  }
  const kept = empty ? [] : context.environment().filter(([name]) => !removed.has(name));
  const all = [...new Map([...kept, ...added])];
  if (words.length > 0) {
    const extended = {
      ...context,
      variable: (name: string) => all.find(([key]) => key === name)?.[1],
      environment: () => all,
    };
    return system.run(words, extended) ?? notFound(context.err, words[0]);
  }
  for (const [name, value] of all) context.out(`${name}=${value}\n`);
  return 0;
};

function notFound(err: (text: string) => void, name: string): number {
  err(`env: can't execute '${name}': No such file or directory\n`);
  return 127;
}

const SIGNALS: readonly string[] = 'HUP INT QUIT KILL USR1 USR2 PIPE ALRM TERM CHLD CONT STOP'.split(' ');

const kill: Command = (context, system) => {
  let signal = 'TERM';
  let status = 0;
  const words = [...context.arguments];
  if (words[0] === '-l') {
    context.out(`${SIGNALS.join('\n')}\n`);
    return 0;
  }
  if (words[0] === '-s') [, signal] = words.splice(0, 2);
  else if (words[0]?.startsWith('-')) signal = (words.shift() as string).slice(1);
  if (!/^[0-9]+$/.test(signal) && !SIGNALS.includes(signalName(signal))) {
    context.err(`kill: bad signal name '${signal}'\n`);
    return 1;
  }
  for (const word of words) {
    if (!system.kill(Number(word), signalName(signal))) {
      context.err(`kill: can't kill pid ${word}: No such process\n`);
      status = 1;
    }
  }
  return status;
};

const killByName: Command = (context, system) => {
  const words = context.arguments.filter((word) => !word.startsWith('-'));
  const signal = context.arguments.find((word) => /^-[A-Z0-9]/.test(word))?.slice(1) ?? 'TERM';
  const targets = system.processes.filter(
    (process) => process.pid !== context.pid && words.some((word) => process.words.join(' ').includes(word)),
  );
  for (const { pid } of targets) system.kill(pid, signalName(signal));
  return targets.length > 0 ? 0 : 1;
};

/** Columns of `ps -o`: title and what stands under it. */
const COLUMNS: Readonly<Record<string, readonly [string, (line: ProcessLine) => string]>> = {
  pid: ['PID', ({ pid }) => String(pid)],
  user: ['USER', ({ user }) => userName(user)],
  uid: ['UID', ({ user }) => String(user)],
  time: ['TIME', () => '0:00'],
  comm: ['COMMAND', ({ words }) => nameOf(words[0] ?? '')],
  args: ['COMMAND', ({ words }) => words.join(' ')],
  cmd: ['CMD', ({ words }) => words.join(' ')],
};

const listProcesses: Command = (context, system) => {
  const { letters, values, operands } = parseOptions(context.arguments, 'o');
  const gnu = system.userland === 'gnu';
  const known = gnu ? 'aAefox' : 'aAdeflo';
  const strange = [...letters].find((letter) => letter.length > 1 || !known.includes(letter));
  const wrong = operands.find((word) => !/^[auxwf]+$/.test(word));
  if (strange !== undefined || wrong !== undefined) {
    context.err(
      gnu ? 'error: unsupported option (BSD syntax)\n' : `ps: invalid option -- '${strange ?? wrong}'\n`,
    );
    return 1;
  }
  const asked = values.get('o');
  if (asked !== undefined) return columnsText(asked.split(','), context, system);
  if (gnu) {
    context.out(procpsText([...letters, ...operands].join(''), system));
    return 0;
  }
  context.out('PID   USER     TIME  COMMAND\n');
  for (const { pid, user, words } of system.processes)
    context.out(
      `${String(pid).padStart(5)} ${userName(user).slice(0, 8).padEnd(8)}  0:00 ${words.join(' ')}\n`,
    );
  return 0;
};

function columnsText(
  names: readonly string[],
  context: CommandContext,
  { processes }: CommandSystem,
): number {
  const unknown = names.find((name) => !Object.hasOwn(COLUMNS, name));
  if (unknown !== undefined) {
    context.err(`ps: bad -o argument '${unknown}', supported arguments: ${Object.keys(COLUMNS).join(',')}\n`);
    return 1;
  }
  const columns = names.map((name) => COLUMNS[name]);
  const rows = [
    columns.map(([title]) => title),
    ...processes.map((line) => columns.map(([, text]) => text(line))),
  ];
  for (const row of rows) {
    const cells = row.map((cell, at) => cell.padEnd(Math.max(...rows.map((each) => each[at].length))));
    context.out(`${cells.join(' ').trimEnd()}\n`);
  }
  return 0;
}

/** Models procps: `ps -ef`, `ps aux`, and the short form. */
function procpsText(options: string, { processes }: CommandSystem): string {
  const pad = (pid: number): string => String(pid).padStart(7);
  const owner = (user: number): string => userName(user).slice(0, 8).padEnd(8);
  if (options.includes('u')) {
    const head = 'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n';
    const lines = processes.map(
      ({ pid, user, words }) =>
        `${owner(user)} ${pad(pid)}  0.0  0.0      0     0 ?        S    00:00   0:00 ${words.join(' ')}\n`,
    );
    return head + lines.join('');
  }
  if (options.includes('f')) {
    const lines = processes.map(
      ({ pid, user, words }) =>
        `${owner(user)} ${pad(pid)}       0  0 00:00 ?        00:00:00 ${words.join(' ')}\n`,
    );
    return `UID          PID    PPID  C STIME TTY          TIME CMD\n${lines.join('')}`;
  }
  const lines = processes.map(
    ({ pid, words }) => `${pad(pid)} ?        00:00:00 ${nameOf(words[0] ?? '')}\n`,
  );
  return `    PID TTY          TIME CMD\n${lines.join('')}`;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const timeout: Command = (context, system) => {
  const words = [...context.arguments];
  let signal = 'TERM';
  while (words[0]?.startsWith('-')) {
    const option = words.shift() as string;
    if (option === '-s' || option === '-k') signal = words.shift() ?? signal;
    if (option === '-t') break;
  }
  const limit = durationMs(words.shift() ?? '') ?? 0;
  const before = (context.resumed as TimeoutState | undefined) ?? {
    startedAt: system.now(),
    inner: undefined,
  };
  const outcome = system.run(words, { ...context, resumed: before.inner });
  if (outcome === undefined) {
    context.err(`timeout: can't execute '${words[0]}': No such file or directory\n`);
    return 127;
  }
  const status = signal === 'KILL' || signal === '9' ? 137 : system.userland === 'gnu' ? 124 : 143;
  const left = before.startedAt + limit - system.now();
  if (typeof outcome === 'number' || (outcome.kind === 'time' && outcome.ms <= left)) return outcome;
  if (outcome.kind === 'capture') return { ...outcome, ends_at: before.startedAt + limit, status };
  if (outcome.kind === 'again' && outcome.ms <= left)
    return {
      ...outcome,
      state: { startedAt: before.startedAt, inner: outcome.state } satisfies TimeoutState,
    };
  if (outcome.kind === 'again') {
    context.out(outcome.stdout ?? '');
    context.err(outcome.stderr ?? '');
  }
  return { kind: 'time', ms: Math.max(0, left), status };
};

/** A command under a time limit that asks to be called again. */
interface TimeoutState {
  readonly startedAt: number;
  readonly inner: unknown;
}

const xargs: Command = (context, system) => {
  const words = [...context.arguments];
  let most = Infinity;
  let replace: string | undefined;
  let nulls = false;
  let skipping = false;
  let told = false;
  while (words[0]?.startsWith('-')) {
    const option = words.shift() as string;
    if (option.startsWith('-n')) most = Math.max(1, Number(option.slice(2) || words.shift()) || 1);
    else if (option.startsWith('-I')) replace = option.slice(2) || words.shift();
    else {
      nulls ||= option.includes('0');
      skipping ||= option === '--no-run-if-empty' || option.includes('r');
      told ||= !option.startsWith('--') && option.includes('t');
    }
  }
  const command = words.length > 0 ? words : ['echo'];
  const input = context.input();
  const separator = nulls ? '\0' : /\s+/;
  const items = replace === undefined ? input.split(separator).filter((item) => item !== '') : linesOf(input);
  const calls =
    replace !== undefined
      ? items.map((item) => command.map((word) => word.replaceAll(replace, item)))
      : groupsOf(items, most).map((group) => [...command, ...group]);
  if (items.length === 0 && skipping) return 0;
  let status = 0;
  for (const call of calls) {
    if (told) context.err(`${call.join(' ')}\n`);
    const outcome = runToEnd(call, context, system);
    if (typeof outcome === 'object' && outcome.kind === 'time') {
      context.out(outcome.stdout ?? '');
      context.err(outcome.stderr ?? '');
    }
    const ended = typeof outcome === 'object' ? (outcome.kind === 'time' ? outcome.status : 1) : outcome;
    if (ended !== 0) status = ended === undefined ? 127 : 123;
  }
  return status;
};

/** At least one group, be it empty. */
function groupsOf(items: readonly string[], most: number): string[][] {
  const groups: string[][] = [];
  for (let at = 0; at < items.length; at += most) groups.push(items.slice(at, at + most));
  return groups.length > 0 ? groups : [[]];
}

/** Runs a command that asks to be called again without its pauses. */
function runToEnd(
  words: readonly string[],
  context: CommandContext,
  system: CommandSystem,
): CommandOutcome | undefined {
  let outcome = system.run(words, context);
  for (let calls = 0; typeof outcome === 'object' && outcome.kind === 'again' && calls < 100; calls++) {
    context.out(outcome.stdout ?? '');
    context.err(outcome.stderr ?? '');
    outcome = system.run(words, { ...context, resumed: outcome.state });
  }
  return outcome;
}

const expression: Command = (context) => {
  const [left = '', operator, right = ''] = context.arguments;
  const numbers = [Number(left), Number(right)];
  const results: Record<string, string | number> = {
    '+': numbers[0] + numbers[1],
    '-': numbers[0] - numbers[1],
    '*': numbers[0] * numbers[1],
    '/': Math.trunc(numbers[0] / (numbers[1] || 1)),
    '%': numbers[0] % (numbers[1] || 1),
    '=': left === right ? 1 : 0,
    ':': matchesPattern(right, left) ? left.length : 0,
  };
  const value = operator === undefined ? left : String(results[operator] ?? '');
  context.out(`${value}\n`);
  return value === '' || value === '0' ? 1 : 0;
};

const hostname: Command = (context, system) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  if (operands.length > 0) {
    context.err('hostname: sethostname: Operation not permitted\n');
    return 1;
  }
  const line = linesOf(system.origin.hosts).findLast((each) => each.split(/\s+/).includes(system.hostname));
  const [address = '127.0.0.1', full = system.hostname] = line?.trim().split(/\s+/) ?? [];
  if (letters.has('i') || letters.has('I')) context.out(`${address}\n`);
  else if (letters.has('f')) context.out(`${full}\n`);
  else if (letters.has('d')) context.out(`${full.slice(full.indexOf('.') + 1 || full.length)}\n`);
  else context.out(`${letters.has('s') ? system.hostname.split('.')[0] : system.hostname}\n`);
  return 0;
};

const uname: Command = (context, system) => {
  const { letters } = parseOptions(context.arguments, '');
  const parts: [string, string][] = [
    ['s', 'Linux'],
    ['n', system.hostname],
    ['r', KERNEL_RELEASE],
    ['v', '#1 SMP PREEMPT_DYNAMIC'],
    ['m', 'x86_64'],
    ['p', 'unknown'],
    ['i', 'unknown'],
    ['o', system.userland === 'gnu' || system.libc === 'glibc' ? 'GNU/Linux' : 'Linux'],
  ];
  const all = letters.has('a');
  const asked = parts.filter(([letter]) => (all ? !'pi'.includes(letter) : letters.has(letter)));
  context.out(`${(asked.length > 0 ? asked : parts.slice(0, 1)).map(([, text]) => text).join(' ')}\n`);
  return 0;
};

const constant =
  (text: string): Command =>
  (context) => {
    context.out(text);
    return 0;
  };

/** Of the machine that every node is, see the kubelet's node objects. */
const MEMORY_KILOBYTES = { total: 8_148_056, used: 1_024_000, shared: 5_120, cached: 2_400_000 };
const DISK_KILOBYTES = { total: 61_255_492, used: 4_192_256 };

const identity: Command = (context, { user }) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  const named =
    operands[0] === undefined
      ? user
      : Number(Object.keys(USERS).find((id) => USERS[Number(id)] === operands[0]));
  if (Number.isNaN(named)) {
    context.err(`id: unknown user ${operands[0]}\n`);
    return 1;
  }
  const name = USERS[named];
  const group = letters.has('g') || letters.has('G');
  if (group) context.out(letters.has('n') ? 'root\n' : '0\n');
  else if (letters.has('u')) context.out(`${letters.has('n') ? (name ?? named) : named}\n`);
  else context.out(`uid=${named}${name === undefined ? '' : `(${name})`} gid=0(root) groups=0(root)\n`);
  return 0;
};

const free: Command = (context) => {
  const { letters } = parseOptions(context.arguments, '');
  const has = (...names: string[]): boolean => names.some((name) => letters.has(name));
  const shown = (kilobytes: number): string => {
    if (has('h', 'human')) return kilobytes === 0 ? '0' : humanSize(kilobytes * 1024);
    if (has('b')) return String(kilobytes * 1024);
    if (has('g')) return String(Math.floor(kilobytes / 1024 ** 2));
    return String(has('m', 'mebi') ? Math.floor(kilobytes / 1024) : kilobytes);
  };
  const row = (title: string, cells: readonly number[]): string =>
    `${title.padEnd(8)}${cells.map((cell) => shown(cell).padStart(12)).join('')}\n`;
  const { total, used, shared, cached } = MEMORY_KILOBYTES;
  const heads = ['total', 'used', 'free', 'shared', 'buff/cache', 'available'];
  context.out(`${' '.repeat(8)}${heads.map((head) => head.padStart(12)).join('')}\n`);
  context.out(row('Mem:', [total, used, total - used - cached, shared, cached, total - used]));
  context.out(row('Swap:', [0, 0, 0]));
  return 0;
};

const df: Command = (context) => {
  const { letters } = parseOptions(context.arguments, '');
  const { total, used } = DISK_KILOBYTES;
  const human = letters.has('h') || letters.has('human-readable');
  const shown = (kilobytes: number): string =>
    human ? humanSize(kilobytes * 1024) : String(letters.has('m') ? Math.ceil(kilobytes / 1024) : kilobytes);
  const unit = human
    ? 'Size'
    : letters.has('m')
      ? '1M-blocks'
      : letters.has('P')
        ? '1024-blocks'
        : '1K-blocks';
  const share = Math.ceil((used / total) * 100);
  const type = (text: string): string => (letters.has('T') ? ` ${text.padEnd(10)}` : '');
  context.out(
    `Filesystem          ${type('Type')}${unit.padStart(10)} ${'Used'.padStart(9)} Available Use% Mounted on\n` +
      `overlay             ${type('overlay')}${shown(total).padStart(10)} ${shown(used).padStart(9)} ${shown(total - used).padStart(9)} ${String(share).padStart(3)}% /\n`,
  );
  return 0;
};

export const SYSTEM_COMMANDS: CommandTable = {
  true: () => 0,
  false: () => 1,
  sleep,
  usleep: (context) => ({
    kind: 'time',
    ms: Math.round(Number(context.arguments[0] ?? 0) / 1000),
    status: 0,
  }),
  date,
  env: environment,
  printenv: (context) => {
    if (context.arguments.length === 0)
      for (const [name, value] of context.environment()) context.out(`${name}=${value}\n`);
    for (const name of context.arguments) {
      const value = context.environment().find(([key]) => key === name)?.[1];
      if (value === undefined) return 1;
      context.out(`${value}\n`);
    }
    return 0;
  },
  test: testCommand,
  '[': testCommand,
  '[[': testCommand,
  hostname,
  uname,
  kill,
  killall: killByName,
  pkill: killByName,
  ps: listProcesses,
  pidof: (context, system) => {
    const pids = system.processes
      .filter((process) => process.words[0]?.endsWith(context.arguments[0] ?? ' '))
      .map(({ pid }) => pid);
    if (pids.length > 0) context.out(`${pids.join(' ')}\n`);
    return pids.length > 0 ? 0 : 1;
  },
  timeout,
  nohup: (context, system) => system.run(context.arguments, context) ?? 127,
  time: (context, system) =>
    system.run(
      context.arguments.filter((word, at) => at > 0 || word !== '-p'),
      context,
    ) ?? 127,
  nice: (context, system) => {
    const [option = ''] = context.arguments;
    const taken = option === '-n' ? 2 : option.startsWith('-n') ? 1 : 0;
    return system.run(context.arguments.slice(taken), context) ?? 127;
  },
  xargs,
  expr: expression,
  pwd: (context) => {
    context.out(`${context.directory}\n`);
    return 0;
  },
  which: (context, system) => {
    const names = context.arguments.filter((word) => word !== '-a');
    const there = names.filter((name) => system.hasCommand(name));
    for (const name of there) context.out(`/bin/${name}\n`);
    return there.length === names.length && names.length > 0 ? 0 : 1;
  },
  whoami: (context, { user }) => {
    if (USERS[user] === undefined) context.err(`whoami: unknown uid ${user}\n`);
    else context.out(`${USERS[user]}\n`);
    return USERS[user] === undefined ? 1 : 0;
  },
  id: identity,
  init: () => ({ kind: 'time', ms: SLEEP_LIMIT_MS, status: 0 }),
  nproc: constant('4\n'),
  tty: constant('not a tty\n'),
  clear: constant(''),
  uptime: (context, system) => {
    context.out(` ${rfc3339(system.now()).slice(11, 19)} up 1 day,  load average: 0.00, 0.00, 0.00\n`);
    return 0;
  },
  free,
  df,
};
