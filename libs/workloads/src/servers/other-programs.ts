import { rfc3339 } from '@podlab/kernel';
import { durationMs } from '../commands/system-commands';
import type { CommandContext, CommandOutcome } from '../shell/host';
import { goFlags, serveOr } from './program';
import type { Launch, ListenRequest, Program } from './program';
import type { ServerKind, ServerSettings } from './server';

/** The port of `SERVE_PORT_8080` and its like, with the protocol. */
const PORTER_VARIABLE = /^SERVE_(TLS_|SCTP_)?PORT_([0-9]+)$/;

const agnhost: Program = (context, launch) => {
  const [name = '', ...words] = context.arguments;
  const { flags, operands } = goFlags(words);
  switch (name) {
    case 'netexec':
      return netexec(context, launch, flags);
    case 'serve-hostname':
      return serveHostname(context, launch, flags);
    case 'porter':
      return porter(context, launch);
    case 'connect':
      return connect(context, launch, operands[0] ?? '', flags);
    case 'pause':
      context.out('Paused\n');
      return launch.serve('silent', {}, []) as CommandOutcome;
    case 'liveness':
      return serveOr(context, launch.serve('liveness', {}, [{ port: 8080 }]), taken);
    case 'test-webserver':
      return serveOr(
        context,
        launch.serve('files', { root: '/', banner: 'test-webserver' }, [
          { port: Number(flags.get('port') ?? 80) },
        ]),
        taken,
      );
    case 'help':
    case '':
      context.out('This is a collection of images used in e2e tests\n');
      return 0;
    default:
      context.err(
        `agnhost ${name} is not simulated: use netexec, serve-hostname, porter, connect, liveness, test-webserver or pause\n`,
      );
      return 1;
  }
};

const taken = (port: number): string => `listen tcp :${port}: bind: address already in use\n`;

function netexec(
  context: CommandContext,
  launch: Launch,
  flags: ReadonlyMap<string, string>,
): CommandOutcome {
  const port = (name: string, standard: number): number => Number(flags.get(name) ?? standard);
  const [http, udp, sctp] = [port('http-port', 8080), port('udp-port', 8081), port('sctp-port', -1)];
  const listens: ListenRequest[] = [];
  if (http > 0) listens.push({ port: http });
  if (udp > 0) listens.push({ port: udp, protocol: 'UDP' });
  if (sctp > 0) listens.push({ port: sctp, protocol: 'SCTP' });
  const outcome = launch.serve('netexec', { httpOverride: flags.get('http-override') ?? '' }, listens);
  if (!('taken' in outcome)) {
    if (http > 0) context.err(`Started HTTP server on port ${http}\n`);
    if (udp > 0) context.err(`Started UDP server on port  ${udp}\n`);
    if (sctp > 0) context.err(`Started SCTP server on port ${sctp}\n`);
  }
  return serveOr(context, outcome, taken);
}

function serveHostname(
  context: CommandContext,
  launch: Launch,
  flags: ReadonlyMap<string, string>,
): CommandOutcome {
  const port = Number(flags.get('port') ?? 9376);
  const on = (name: string): boolean => flags.get(name) === 'true';
  const tcp = on('tcp');
  const listens: ListenRequest[] = [];
  if (flags.get('http') !== 'false' || tcp) listens.push({ port });
  if (on('udp')) listens.push({ port, protocol: 'UDP' });
  const outcome = launch.serve('serve-hostname', { tcp }, listens);
  if (!('taken' in outcome)) context.err(`Serving on port ${port}.\n`);
  return serveOr(context, outcome, taken);
}

function porter(context: CommandContext, launch: Launch): CommandOutcome {
  const listens = context.environment().flatMap(([name]): ListenRequest[] => {
    const match = PORTER_VARIABLE.exec(name);
    return match ? [{ port: Number(match[2]), protocol: match[1] === 'SCTP_' ? 'SCTP' : 'TCP' }] : [];
  });
  const outcome = launch.serve('porter', {}, listens);
  for (const { port } of listens) context.err(`server on port "${port}" started\n`);
  return serveOr(context, outcome, taken);
}

function connect(
  context: CommandContext,
  launch: Launch,
  target: string,
  flags: ReadonlyMap<string, string>,
): CommandOutcome {
  const match = /^\[?([^\]]+)\]?:([0-9]+)$/.exec(target);
  if (!match) {
    context.err(`OTHER: missing port in address ${target}\n`);
    return 1;
  }
  const timeoutMs = durationMs(flags.get('timeout') ?? '60s') ?? 60_000;
  const protocol = (flags.get('protocol') ?? 'tcp').toUpperCase() as 'TCP' | 'UDP' | 'SCTP';
  const payload = protocol === 'UDP' ? (flags.get('udp-data') ?? 'connect') : '';
  const result = launch.system.network.request(launch.system.origin, {
    host: match[1],
    port: Number(match[2]),
    protocol,
    payload,
    timeoutMs,
  });
  const words = {
    Delivered: '',
    TimedOut: 'TIMEOUT',
    Refused: 'REFUSED',
    NameNotResolved: 'DNS',
    NoRoute: 'OTHER',
    Reset: 'OTHER',
  };
  const word = words[result.disposition];
  const ms = result.disposition === 'TimedOut' ? timeoutMs : Math.max(1, Math.ceil(result.elapsedMs));
  return {
    kind: 'time',
    ms,
    status: word === '' ? 0 : 1,
    stderr: word === '' ? '' : `${word}: ${result.disposition}\n`,
  };
}

/** A database that wants one of these variables before it starts for the first time. */
function database(
  kind: ServerKind,
  port: number,
  banner: string,
  missing?: (context: CommandContext, launch: Launch) => string | undefined,
  settings: (context: CommandContext) => ServerSettings = () => ({}),
): Program {
  return (context, launch) => {
    const complaint = missing?.(context, launch);
    if (complaint !== undefined) {
      context.err(complaint);
      return 1;
    }
    const chosen =
      context.arguments.find((_word, index) => /^(--port|-p)$/.test(context.arguments[index - 1] ?? '')) ??
      /--port=([0-9]+)/.exec(context.arguments.join(' '))?.[1];
    const outcome = launch.serve(kind, settings(context), [{ port: Number(chosen ?? port) || port }]);
    if (!('taken' in outcome) && banner !== '') launch.banner(banner);
    return serveOr(
      context,
      outcome,
      (number) => `could not bind to port ${number}: Address already in use\n`,
    );
  };
}

const anyOf = (context: CommandContext, names: readonly string[]): boolean =>
  names.some((name) => (context.variable(name) ?? '') !== '');

function mysqlMissing(context: CommandContext, launch: Launch): string | undefined {
  const names = [
    'MYSQL_ROOT_PASSWORD',
    'MYSQL_ALLOW_EMPTY_PASSWORD',
    'MYSQL_RANDOM_ROOT_PASSWORD',
    'MARIADB_ROOT_PASSWORD',
    'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD',
    'MARIADB_RANDOM_ROOT_PASSWORD',
  ];
  if (anyOf(context, names)) return undefined;
  const time = `${rfc3339(launch.system.now()).replace('T', ' ').replace('Z', '')}+00:00`;
  const maria = context.name.includes('mariadb');
  const product = maria ? 'MariaDB' : 'MySQL';
  const family = maria
    ? 'MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD'
    : undefined;
  const head = `${time} [Note] [Entrypoint]: Entrypoint script for ${product} Server ${launch.version}-1.el9 started.\n`;
  const body = family
    ? `${time} [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n\tYou need to specify one of ${family}\n`
    : `${time} [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n`;
  return head + body;
}

function postgresMissing(context: CommandContext): string | undefined {
  if (
    anyOf(context, ['POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE']) ||
    context.variable('POSTGRES_HOST_AUTH_METHOD') === 'trust'
  )
    return undefined;
  return `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
`;
}

const mysqld = database('mysql', 3306, 'mysql', mysqlMissing);
const mongod = database('text', 27_017, 'mongod', undefined, () => ({
  text: 'It looks like you are trying to access MongoDB over HTTP on the native driver port.\n',
}));

/** CoreDNS listens; what it answers is the business of the handler `coredns`. */
const coredns: Program = (context, launch) => {
  const outcome = launch.serve('coredns', {}, [
    { port: 53, protocol: 'UDP' },
    { port: 53 },
    { port: 9153 },
    { port: 8080 },
    { port: 8181 },
  ]);
  if (!('taken' in outcome)) launch.banner('coredns');
  return serveOr(context, outcome, (port) => `Listen: listen tcp :${port}: bind: address already in use\n`);
};

const pause: Program = (_context, launch) => launch.serve('silent', {}, []) as CommandOutcome;

export const OTHER_PROGRAMS: Readonly<Record<string, Program>> = {
  agnhost,
  coredns,
  pause,
  mysqld,
  mariadbd: mysqld,
  postgres: database('postgres', 5432, 'postgres', postgresMissing),
  'redis-server': database('redis', 6379, 'redis', undefined, (context) => {
    const words = context.arguments;
    return { password: words[words.indexOf('--requirepass') + 1] ?? '' };
  }),
  mongod,
  'rabbitmq-server': database('reply-once', 5672, 'rabbitmq', undefined, () => ({
    reply: 'AMQP\u0000\u0000\t\u0001',
    keep: true,
  })),
  memcached: database('memcached', 11_211, ''),
};
