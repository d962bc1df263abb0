import { rfc3339 } from '@podlab/kernel';
import { calendarText } from '../http/date';
import { signalName } from '../shell/builtins';
import { matchesPattern } from '../shell/pattern';
import { linesOf } from './command';
import type { CommandContext, CommandOutcome } from '../shell/host';
import type { Command, CommandSystem, CommandTable } from './command';
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

const date: Command = (context, system) => {
  const format = context.arguments.find((word) => word.startsWith('+'));
  const text = rfc3339(system.now());
  const { weekday, day, month, monthNumber, year, time } = calendarText(text, system.now());
  if (context.arguments.some((word) => word.startsWith('-I') || word === '--iso-8601'))
    context.out(`${text.slice(0, 10)}\n`);
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
      s: String(Math.floor(system.now() / 1000)),
      N: `${String(system.now() % 1000).padStart(3, '0')}000000`,
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
  while (/^[A-Za-z_][A-Za-z0-9_]*=/.test(words[0] ?? '')) {
    const word = words.shift() as string;
    added.push([word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
  }
  if (words.length > 0) {
    const extended = {
      ...context,
      variable: (name: string) => added.find(([key]) => key === name)?.[1] ?? context.variable(name),
      environment: () => [...new Map([...context.environment(), ...added])],
    };
    return system.run(words, extended) ?? notFound(context.err, words[0]);
  }
  for (const [name, value] of [...context.environment(), ...added]) context.out(`${name}=${value}\n`);
  return 0;
};

function notFound(err: (text: string) => void, name: string): number {
  err(`env: can't execute '${name}': No such file or directory\n`);
  return 127;
}

const kill: Command = (context, system) => {
  let signal = 'TERM';
  let status = 0;
  const words = [...context.arguments];
  if (words[0] === '-s') [, signal] = words.splice(0, 2);
  else if (words[0]?.startsWith('-')) signal = (words.shift() as string).slice(1);
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

const listProcesses: Command = (context, system) => {
  if (system.userland === 'gnu') {
    context.out(procpsText(context.arguments.join(''), system));
    return 0;
  }
  context.out('PID   USER     TIME  COMMAND\n');
  for (const { pid, words } of system.processes)
    context.out(`${String(pid).padStart(5)} root      0:00 ${words.join(' ')}\n`);
  return 0;
};

/** Models procps: `ps -ef`, `ps aux`, and the short form. */
function procpsText(options: string, { processes }: CommandSystem): string {
  const pad = (pid: number): string => String(pid).padStart(7);
  if (options.includes('u')) {
    const head = 'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n';
    const lines = processes.map(
      ({ pid, words }) =>
        `root     ${pad(pid)}  0.0  0.0      0     0 ?        S    00:00   0:00 ${words.join(' ')}\n`,
    );
    return head + lines.join('');
  }
  if (options.includes('f')) {
    const lines = processes.map(
      ({ pid, words }) => `root     ${pad(pid)}       0  0 00:00 ?        00:00:00 ${words.join(' ')}\n`,
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
  let each = false;
  let replace: string | undefined;
  while (words[0]?.startsWith('-')) {
    const option = words.shift() as string;
    if (option.startsWith('-n')) each = (option.slice(2) || words.shift()) === '1';
    if (option === '-I') replace = words.shift();
  }
  const command = words.length > 0 ? words : ['echo'];
  const input = context.input();
  const items = replace === undefined ? input.split(/\s+/).filter((item) => item !== '') : linesOf(input);
  const calls =
    replace !== undefined
      ? items.map((item) => command.map((word) => word.replaceAll(replace, item)))
      : each
        ? items.map((item) => [...command, item])
        : [[...command, ...items]];
  let status = 0;
  for (const call of calls) {
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
  const address = /^(\S+)\s+.*$/m.exec(
    linesOf(system.origin.hosts).findLast((line) => line.includes(system.hostname)) ?? '',
  )?.[1];
  context.out(
    `${context.arguments.some((word) => word === '-i' || word === '-I') ? (address ?? '127.0.0.1') : system.hostname}\n`,
  );
  return 0;
};

const uname: Command = (context, system) => {
  const release = '6.12.57';
  const all = `Linux ${system.hostname} ${release} #1 SMP x86_64 GNU/Linux`;
  const option = context.arguments[0] ?? '-s';
  const parts: Record<string, string> = {
    '-s': 'Linux',
    '-n': system.hostname,
    '-r': release,
    '-m': 'x86_64',
    '-a': all,
  };
  context.out(`${parts[option] ?? 'Linux'}\n`);
  return 0;
};

const constant =
  (text: string): Command =>
  (context) => {
    context.out(text);
    return 0;
  };

/** Names of users that images bring. */
const USERS: Readonly<Record<number, string>> = {
  0: 'root',
  100: 'curl_user',
  101: 'nginx',
  11_211: 'memcache',
  65_534: 'nobody',
};

function idText(user: number): string {
  const name = USERS[user] === undefined ? '' : `(${USERS[user]})`;
  return user === 0
    ? 'uid=0(root) gid=0(root) groups=0(root)\n'
    : `uid=${user}${name} gid=0(root) groups=0(root)\n`;
}

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
  time: (context, system) => system.run(context.arguments, context) ?? 127,
  nice: (context, system) => system.run(context.arguments, context) ?? 127,
  xargs,
  expr: expression,
  pwd: (context) => {
    context.out(`${context.directory}\n`);
    return 0;
  },
  which: (context, system) => {
    const name = context.arguments[0] ?? '';
    if (!system.commands.includes(name)) return 1;
    context.out(`/bin/${name}\n`);
    return 0;
  },
  whoami: (context, { user }) => {
    if (USERS[user] === undefined) context.err(`whoami: unknown uid ${user}\n`);
    else context.out(`${USERS[user]}\n`);
    return USERS[user] === undefined ? 1 : 0;
  },
  id: (context, { user }) => {
    const [option] = context.arguments;
    if (option === '-u' || option === '-g') context.out(`${user}\n`);
    else context.out(idText(user));
    return 0;
  },
  init: () => ({ kind: 'time', ms: SLEEP_LIMIT_MS, status: 0 }),
  nproc: constant('2\n'),
  tty: constant('not a tty\n'),
  clear: constant(''),
  uptime: (context, system) => {
    context.out(` ${rfc3339(system.now()).slice(11, 19)} up 1 day,  load average: 0.00, 0.00, 0.00\n`);
    return 0;
  },
  free: constant(
    '              total        used        free      shared  buff/cache   available\nMem:        4030464      512000     3118464           0      400000     3518464\nSwap:             0           0           0\n',
  ),
  df: constant(
    'Filesystem           1K-blocks      Used Available Use% Mounted on\noverlay               41922560   4192256  37730304  10% /\n',
  ),
};
