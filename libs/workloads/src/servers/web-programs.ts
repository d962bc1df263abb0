import { encodeConfiguration, nginxConfiguration, upstreamHosts } from './nginx';
import { NginxConfigurationError } from './nginx-configuration';
import { nginxIngressController } from './ingress-nginx';
import { goFlags, serveOr } from './program';
import type { Launch, ListenRequest, Program } from './program';
import type { CommandContext } from '../shell/host';

const nginx: Program = (context, launch) => {
  const words = context.arguments;
  if (words.includes('-v') || words.includes('-V')) {
    context.err(`nginx version: nginx/${launch.version}\n`);
    return 0;
  }
  const reloading = words[words.indexOf('-s') + 1];
  if (words.includes('-s')) return reloading === 'reload' || reloading === 'reopen' ? 0 : stopNginx(launch);
  try {
    const configuration = nginxConfiguration(context.files);
    if (words.includes('-t')) {
      context.err(
        'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n',
      );
      return 0;
    }
    const lost = upstreamHosts(configuration).find(({ host }) => !resolvable(host, launch));
    if (lost) throw new NginxConfigurationError(`host not found in upstream "${lost.host}"`);
    const ports = [...new Set(configuration.servers.flatMap((server) => server.ports))];
    launch.banner('nginx');
    const settings = { configuration: encodeConfiguration(configuration, context.files) };
    const outcome = launch.serve(
      'nginx',
      settings,
      ports.map((port): ListenRequest => ({ port })),
    );
    return serveOr(
      context,
      outcome,
      (port) => `nginx: [emerg] bind() to 0.0.0.0:${port} failed (98: Address already in use)\n`,
    );
  } catch (error) {
    if (!(error instanceof NginxConfigurationError)) throw error;
    context.err(`nginx: [emerg] ${error.message}\n`);
    return 1;
  }
};

function stopNginx(launch: Launch): number {
  const master = launch.system.processes.find(
    (process) => process.words[0] === 'nginx' || process.words.includes('nginx'),
  );
  return master && launch.system.kill(master.pid, 'TERM') ? 0 : 1;
}

function resolvable(host: string, launch: Launch): boolean {
  if (/^[0-9.]+$/.test(host) || host === 'localhost') return true;
  return launch.system.network.lookup(launch.system.origin, host, 'A', true).rcode === 'NOERROR';
}

const httpd: Program = (context, launch) => {
  if (context.name.endsWith('httpd') && !launch.image.definition.repository.endsWith('/httpd'))
    return busyboxHttpd(context, launch);
  launch.banner('httpd');
  const outcome = launch.serve('httpd', {}, [{ port: 80 }]);
  return serveOr(
    context,
    outcome,
    (port) =>
      `(98)Address in use: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
  );
};

function busyboxHttpd(context: CommandContext, launch: Launch): ReturnType<Program> {
  const words = context.arguments;
  const value = (letter: string): string | undefined => {
    const index = words.findIndex((word) => word.startsWith(`-${letter}`));
    if (index < 0) return undefined;
    return words[index].length > 2 ? words[index].slice(2) : words[index + 1];
  };
  const port = Number(/([0-9]+)$/.exec(value('p') ?? '80')?.[1] ?? 80);
  const settings = { root: context.path(value('h') ?? '.'), banner: 'BusyBox' };
  const outcome = launch.serve('files', settings, [{ port }]);
  if (!words.some((word) => word.includes('f')) && !('taken' in outcome)) return 0;
  return serveOr(context, outcome, () => 'httpd: bind: Address already in use\n');
}

const httpEcho: Program = (context, launch) => {
  const { flags } = goFlags(context.arguments);
  if (flags.has('version')) {
    context.err(`http-echo v${launch.version}\n`);
    return 0;
  }
  const text = flags.get('text') ?? context.variable('ECHO_TEXT') ?? '';
  if (text === '' || text === 'true') {
    context.err('Missing -text option!\n');
    return 127;
  }
  const port = Number(/:([0-9]+)$/.exec(flags.get('listen') ?? ':5678')?.[1] ?? 5678);
  const outcome = launch.serve('http-echo', { text, status: Number(flags.get('status-code') ?? 200) }, [
    { port },
  ]);
  if (!('taken' in outcome)) context.out(`${stamp(launch)} [INFO] server is listening on :${port}\n`);
  return serveOr(
    context,
    outcome,
    (taken) => `${stamp(launch)} [ERR] listen tcp :${taken}: bind: address already in use\n`,
    1,
  );
};

function stamp(launch: Launch): string {
  const seconds = Math.floor(launch.system.now() / 1000);
  const day = ((seconds % 86_400) + 86_400) % 86_400;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(day / 3600))}:${two(Math.floor(day / 60) % 60)}:${two(day % 60)}`;
}

const whoami: Program = (context, launch) => {
  const { flags } = goFlags(context.arguments);
  const port = Number(flags.get('port') ?? context.variable('WHOAMI_PORT_NUMBER') ?? 80);
  const name = flags.get('name') ?? context.variable('WHOAMI_NAME') ?? '';
  const outcome = launch.serve('whoami', { name }, [{ port }]);
  if (!('taken' in outcome)) context.out(`${stamp(launch)} Starting up on port ${port}\n`);
  return serveOr(
    context,
    outcome,
    (taken) => `${stamp(launch)} listen tcp :${taken}: bind: address already in use\n`,
  );
};

/** Ports that a generic container declares, or those of `--listen`. */
const generic: Program = (context, launch) => {
  const { flags } = goFlags(context.arguments);
  const listen = flags.get('listen');
  const declared =
    launch.start.ports.length > 0
      ? launch.start.ports
      : (launch.image.definition.ports ?? []).map((port) => ({ port, protocol: 'TCP' as const }));
  const listens = listen === undefined ? declared : [{ port: Number(listen), protocol: 'TCP' as const }];
  const text = flags.get('text');
  const outcome = launch.serve('generic', text === undefined ? {} : { text }, listens);
  return serveOr(context, outcome, (taken) => `listen tcp :${taken}: bind: address already in use\n`);
};

const fixedText =
  (text: string, ports: readonly number[], banner: string): Program =>
  (context, launch) => {
    const configured = Number(context.variable('PORT') ?? ports[0]) || ports[0];
    const outcome = launch.serve('text', { text }, [{ port: configured }]);
    if (!('taken' in outcome)) context.out(banner);
    return serveOr(context, outcome, (taken) => `listen tcp :${taken}: bind: address already in use\n`);
  };

const kubia: Program = (context, launch) => {
  const outcome = launch.serve('kubia', {}, [{ port: 8080 }]);
  context.out('Kubia server starting...\n');
  return serveOr(context, outcome, () => 'Error: listen EADDRINUSE: address already in use :::8080\n');
};

/** `python -m http.server 8000`; other programs run as a generic server on the declared ports, or not at all. */
const python: Program = (context, launch) => {
  const words = context.arguments;
  const module = words[words.indexOf('-m') + 1];
  if (words.includes('--version') || words.includes('-V')) {
    context.out(`Python ${launch.version}\n`);
    return 0;
  }
  if (words.includes('-m') && (module === 'http.server' || module === 'SimpleHTTPServer')) {
    const rest = words.slice(words.indexOf('-m') + 2);
    const port = Number(rest.find((word) => /^[0-9]+$/.test(word)) ?? 8000);
    const directory = rest[rest.findIndex((word) => word === '-d' || word === '--directory') + 1];
    const root = rest.some((word) => word === '-d' || word === '--directory')
      ? context.path(directory)
      : context.directory;
    const outcome = launch.serve('files', { root, banner: `SimpleHTTP/0.6 Python/${launch.version}` }, [
      { port },
    ]);
    if (!('taken' in outcome))
      context.out(`Serving HTTP on 0.0.0.0 port ${port} (http://0.0.0.0:${port}/) ...\n`);
    return serveOr(context, outcome, () => 'OSError: [Errno 98] Address already in use\n');
  }
  return interpreter(context, launch);
};

/** A language's interpreter: without a script it reads its (closed) input and ends; a script serves the declared ports. */
const interpreter: Program = (context, launch) => {
  if (context.arguments.includes('--version') || context.arguments.includes('-v')) {
    context.out(`v${launch.version}\n`);
    return 0;
  }
  if (context.arguments.length === 0) return 0;
  const outcome = launch.serve('generic', {}, launch.start.ports);
  return serveOr(
    context,
    outcome,
    (taken) => `Error: listen EADDRINUSE: address already in use :::${taken}\n`,
  );
};

/** `nc -l -p 8080`, with `-k` for more than one connection and `-e cat` for an echo. */
export const listeningNetcat: Program = (context, launch) => {
  const words = context.arguments;
  const letters = words.filter((word) => /^-[a-z]+$/i.test(word)).join('');
  const port = Number(words.find((word, index) => /^[0-9]+$/.test(word) && words[index - 1] !== '-w'));
  const command = words[words.indexOf('-e') + 1] ?? '';
  const protocol = letters.includes('u') ? 'UDP' : 'TCP';
  const keep = letters.includes('k');
  const echoing = letters.includes('e') && command.endsWith('cat');
  const outcome = launch.serve(
    echoing ? 'echo' : 'reply-once',
    echoing ? {} : { reply: context.inputSoFar(), keep },
    [{ port, protocol }],
  );
  return serveOr(context, outcome, () => 'nc: bind: Address already in use\n');
};

export const WEB_PROGRAMS: Readonly<Record<string, Program>> = {
  nginx,
  'nginx-ingress-controller': nginxIngressController,
  httpd,
  'httpd-foreground': httpd,
  'apache2-foreground': httpd,
  'http-echo': httpEcho,
  whoami,
  generic,
  'hello-app': fixedText(
    'Hello, world!\nVersion: {version}\nHostname: {hostname}\n',
    [8080],
    'Server listening on port 8080\n',
  ),
  'node-hello': fixedText('Hello Kubernetes!', [8080], ''),
  'kubernetes-bootcamp': fixedText(
    'Hello Kubernetes bootcamp! | Running on: {hostname} | v={version}\n',
    [8080],
    'Kubernetes Bootcamp App Started\n',
  ),
  kubia,
  python,
  python3: python,
  node: interpreter,
  perl: interpreter,
  ruby: interpreter,
  java: interpreter,
};
