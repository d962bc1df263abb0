import { utf8Length } from '@podlab/kernel';
import { headerValue } from '../http/message';
import type { HttpResponse } from '../http/message';
import type { OutboundResult } from '../network-client';
import { baseName } from '../file-system';
import type { CommandContext, CommandOutcome } from '../shell/host';
import { parseOptions } from './command';
import type { Command, CommandSystem, CommandTable } from './command';

/** How long a TCP handshake is tried when no time-out is given (Linux: six retries). */
const CONNECT_TIMEOUT_MS = 134_000;

interface Url {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly target: string;
  /** As a `Host` header has it. */
  readonly authority: string;
}

/** Takes a URL apart; `http://` may be left out. */
export function parseUrl(text: string): Url | undefined {
  const match =
    /^(?:(https?):\/\/)?(?:[^/@?#]*@)?(\[[0-9A-Fa-f:.]+\]|[^:/?#[\]]+)(?::([0-9]{1,5}))?([/?][^#]*)?(?:#.*)?$/.exec(
      text,
    );
  if (!match) return undefined;
  const secure = match[1] === 'https';
  const standard = secure ? 443 : 80;
  const port = match[3] === undefined ? standard : Number(match[3]);
  if (port < 1 || port > 65_535) return undefined;
  const path = match[4] ?? '/';
  return {
    secure,
    host: match[2],
    port,
    target: path.startsWith('?') ? `/${path}` : path,
    authority: port === standard ? match[2] : `${match[2]}:${port}`,
  };
}

/** What was printed during an exchange that took `result.elapsedMs`; a person is made to wait for time-outs only. */
function afterExchange(
  system: CommandSystem,
  elapsedMs: number,
  timedOut: boolean,
  printed: { status: number; stdout?: string; stderr?: string },
): CommandOutcome {
  const ms = system.origin.interactive && !timedOut ? 0 : Math.max(1, Math.ceil(elapsedMs));
  return { kind: 'time', ms, ...printed };
}

const CURL_VALUE_LETTERS = 'XHdomAuFTewbcKxkr'.replace('k', '');
const CURL_VALUE_NAMES = [
  'request',
  'header',
  'data',
  'output',
  'max-time',
  'connect-timeout',
  'user-agent',
  'user',
  'write-out',
  'data-raw',
  'retry',
  'retry-delay',
  'resolve',
  'interface',
  'json',
  'url',
];

interface CurlCall {
  readonly url: Url;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly limited: boolean;
  readonly silent: boolean;
  readonly showErrors: boolean;
  readonly options: ReturnType<typeof parseOptions>;
}

const curl: Command = (context, system) => {
  const call = curlCall(context);
  if (typeof call === 'string') {
    context.err(`${call}\n`);
    return call.startsWith('curl: (3)') ? 3 : 2;
  }
  const { url, method, headers, body, timeoutMs } = call;
  const result = system.network.request(system.origin, {
    host: url.host,
    port: url.port,
    protocol: 'TCP',
    http: { method, target: url.target, headers, body },
    timeoutMs,
  });
  const timedOut = result.disposition === 'TimedOut';
  const failure =
    url.secure && result.disposition === 'Delivered' ? SECURE_FAILURE : curlFailure(call, result);
  if (failure) {
    const stderr = call.silent && !call.showErrors ? '' : `curl: (${failure.status}) ${failure.message}\n`;
    return afterExchange(system, result.elapsedMs, timedOut, {
      status: failure.status,
      stderr,
      stdout: writeOut(call, undefined, result),
    });
  }
  return afterExchange(system, result.elapsedMs, false, curlAnswer(context, call, result));
};

const SECURE_FAILURE = {
  status: 35,
  message: 'TLS connect error: error:0A0000C6:SSL routines::packet length too long',
};

function curlCall(context: CommandContext): CurlCall | string {
  const headers: Record<string, string> = {};
  const words = [...context.arguments];
  for (let i = 0; i < words.length - 1; i++) {
    if (words[i] !== '-H' && words[i] !== '--header') continue;
    const colon = words[i + 1].indexOf(':');
    if (colon > 0) headers[words[i + 1].slice(0, colon)] = words[i + 1].slice(colon + 1).trim();
  }
  const options = parseOptions(words, CURL_VALUE_LETTERS, CURL_VALUE_NAMES);
  const text = options.values.get('url') ?? options.operands[0];
  if (text === undefined) return "curl: try 'curl --help' for more information";
  const url = parseUrl(text);
  if (!url) return 'curl: (3) URL rejected: Malformed input to a URL function';
  const value = (...names: string[]): string | undefined =>
    names.map((name) => options.values.get(name)).find((item) => item !== undefined);
  const data = value('d', 'data', 'data-raw', 'json');
  const limit = value('m', 'max-time') ?? value('connect-timeout');
  const head = options.letters.has('I') || options.letters.has('head');
  const method = value('X', 'request') ?? (head ? 'HEAD' : data === undefined ? 'GET' : 'POST');
  const standard: Record<string, string> = {
    Host: url.authority,
    'User-Agent': value('A', 'user-agent') ?? 'curl/8.17.0',
    Accept: '*/*',
    ...(data === undefined
      ? {}
      : {
          'Content-Type': options.values.has('json')
            ? 'application/json'
            : 'application/x-www-form-urlencoded',
        }),
  };
  for (const name of Object.keys(standard))
    if (headerValue(headers, name) !== undefined) delete standard[name];
  return {
    url,
    method,
    headers: { ...standard, ...headers },
    body: data ?? '',
    timeoutMs: limit === undefined ? CONNECT_TIMEOUT_MS : Math.max(1, Math.round(Number(limit) * 1000) || 0),
    limited: limit !== undefined,
    silent: options.letters.has('s') || options.letters.has('silent'),
    showErrors: options.letters.has('S') || options.letters.has('show-error'),
    options,
  };
}

function curlFailure(
  call: CurlCall,
  result: OutboundResult,
): { status: number; message: string } | undefined {
  const { host, port } = call.url;
  const after = Math.ceil(result.elapsedMs);
  switch (result.disposition) {
    case 'NameNotResolved':
      return { status: 6, message: `Could not resolve host: ${host}` };
    case 'Refused':
    case 'NoRoute':
      return {
        status: 7,
        message: `Failed to connect to ${host} port ${port} after ${after} ms: Could not connect to server`,
      };
    case 'TimedOut':
      return call.limited
        ? { status: 28, message: `Connection timed out after ${after} milliseconds` }
        : {
            status: 28,
            message: `Failed to connect to ${host} port ${port} after ${after} ms: Could not connect to server`,
          };
    case 'Reset':
      return { status: 56, message: 'Recv failure: Connection reset by peer' };
    case 'Delivered':
      return result.response ? undefined : { status: 52, message: 'Empty reply from server' };
  }
}

function curlAnswer(
  context: CommandContext,
  call: CurlCall,
  result: OutboundResult,
): { status: number; stdout: string; stderr: string } {
  const response = result.response as HttpResponse;
  const { letters, values } = call.options;
  const failed = (letters.has('f') || letters.has('fail')) && response.status >= 400;
  const head = letters.has('i') || letters.has('include') || letters.has('I') || letters.has('head');
  const shown = (head ? headText(response) : '') + (failed ? '' : response.body);
  const file = values.get('o') ?? values.get('output');
  let stdout = shown;
  if (file !== undefined || letters.has('O')) {
    context.files.write(
      context.path(file ?? (baseName(call.url.target.split('?')[0]) || 'index.html')),
      shown,
    );
    stdout = '';
  }
  const stderr =
    failed && !(call.silent && !call.showErrors)
      ? `curl: (22) The requested URL returned error: ${response.status}\n`
      : '';
  return { status: failed ? 22 : 0, stdout: stdout + writeOut(call, response, result), stderr };
}

function headText(response: HttpResponse): string {
  const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${response.status} ${response.reason}\r\n${lines.join('')}\r\n`;
}

function writeOut(call: CurlCall, response: HttpResponse | undefined, result: OutboundResult): string {
  const format = call.options.values.get('w') ?? call.options.values.get('write-out') ?? '';
  const seconds = (result.elapsedMs / 1000).toFixed(6);
  const values: Record<string, string> = {
    http_code: String(response?.status ?? 0).padStart(3, '0'),
    response_code: String(response?.status ?? 0).padStart(3, '0'),
    remote_ip: result.address ?? '',
    remote_port: String(call.url.port),
    size_download: String(response ? utf8Length(response.body) : 0),
    time_total: seconds,
    time_connect: seconds,
  };
  return format
    .replace(/%\{([a-z_]+)\}/g, (_whole, name: string) => values[name] ?? '')
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t');
}

const wget: Command = (context, system) => {
  const { letters, values, operands } = parseOptions(context.arguments, 'OTPUt', [
    'timeout',
    'tries',
    'post-data',
    'header',
    'output-document',
    'user-agent',
  ]);
  const url = parseUrl(operands[0] ?? '');
  if (!url) {
    context.err(
      operands[0] === undefined
        ? 'BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [OPTIONS] URL...\n'
        : `wget: bad address '${operands[0]}'\n`,
    );
    return 1;
  }
  const quiet = letters.has('q');
  const limit = values.get('T') ?? values.get('timeout');
  const body = values.get('post-data') ?? '';
  const headers: Record<string, string> = { Host: url.authority, 'User-Agent': 'Wget', Connection: 'close' };
  const extra = values.get('header')?.split(':');
  if (extra) headers[extra[0]] = extra.slice(1).join(':').trim();
  const result = system.network.request(system.origin, {
    host: url.host,
    port: url.port,
    protocol: 'TCP',
    http: { method: letters.has('post-data') ? 'POST' : 'GET', target: url.target, headers, body },
    timeoutMs: limit === undefined ? CONNECT_TIMEOUT_MS : Math.max(1, Number(limit) * 1000 || 0),
  });
  const shownAddress = result.address ?? url.host;
  const connecting =
    quiet || result.disposition === 'NameNotResolved'
      ? ''
      : `Connecting to ${url.authority} (${shownAddress}:${url.port})\n`;
  const failure = wgetFailure(url, result, shownAddress, limit !== undefined);
  if (failure !== undefined) {
    const printed = { status: 1, stderr: `${connecting}wget: ${failure}\n` };
    return afterExchange(system, result.elapsedMs, result.disposition === 'TimedOut', printed);
  }
  const response = result.response as HttpResponse;
  if (letters.has('spider'))
    return afterExchange(system, result.elapsedMs, false, {
      status: 0,
      stderr: connecting ? `${connecting}remote file exists\n` : '',
    });
  const file =
    values.get('O') ??
    values.get('output-document') ??
    (baseName(url.target.split('?')[0]).replace(/^\/$/, '') || 'index.html');
  const toOutput = file === '-';
  if (!toOutput) context.files.write(context.path(file), response.body);
  const report = quiet ? '' : wgetReport(toOutput ? '-' : file, utf8Length(response.body));
  return afterExchange(system, result.elapsedMs, false, {
    status: 0,
    stdout: toOutput ? response.body : '',
    stderr: connecting + report,
  });
};

function wgetFailure(
  url: Url,
  result: OutboundResult,
  address: string,
  limited: boolean,
): string | undefined {
  switch (result.disposition) {
    case 'NameNotResolved':
      return `bad address '${url.authority}'`;
    case 'Refused':
      return `can't connect to remote host (${address}): Connection refused`;
    case 'NoRoute':
      return `can't connect to remote host (${address}): Network is unreachable`;
    case 'TimedOut':
      return limited
        ? 'download timed out'
        : `can't connect to remote host (${address}): Connection timed out`;
    case 'Reset':
      return 'error getting response: Connection reset by peer';
    case 'Delivered':
      if (!result.response) return 'error getting response';
      if (url.secure) return 'error getting response: Connection reset by peer';
      return result.response.status >= 400
        ? `server returned error: HTTP/1.1 ${result.response.status} ${result.response.reason}`
        : undefined;
  }
}

function wgetReport(file: string, bytes: number): string {
  const [verb, done] =
    file === '-' ? ['writing to stdout', 'written to stdout'] : [`saving to '${file}'`, `'${file}' saved`];
  const shown = file.slice(0, 20).padEnd(20);
  return `${verb}\n${shown} 100% |********************************| ${String(bytes).padStart(5)}  0:00:00 ETA\n${done}\n`;
}

const nslookup: Command = (context, system) => {
  const type =
    context.arguments
      .find((word) => word.startsWith('-type=') || word.startsWith('-query='))
      ?.split('=')[1] ?? 'A';
  const [name = '', server] = context.arguments.filter((word) => !word.startsWith('-'));
  const result = system.network.lookup(system.origin, name, type.toUpperCase(), !name.endsWith('.'));
  const asked = server ?? result.server;
  const timedOut = result.rcode === 'TIMEOUT';
  if (timedOut)
    return afterExchange(system, result.elapsedMs, true, {
      status: 1,
      stdout: ';; connection timed out; no servers could be reached\n\n',
    });
  let stdout = `Server:\t\t${asked}\nAddress:\t${asked}:53\n\n`;
  if (result.rcode !== 'NOERROR') {
    stdout +=
      result.rcode === 'NODATA'
        ? `*** Can't find ${result.name}: No answer\n\n`
        : `** server can't find ${result.name}: ${result.rcode}\n\n`;
    return afterExchange(system, result.elapsedMs, false, { status: 1, stdout });
  }
  for (const answer of result.answers) {
    if (answer.type === 'A' || answer.type === 'AAAA')
      stdout += `Name:\t${answer.name}\nAddress: ${answer.value}\n`;
    else if (answer.type === 'CNAME') stdout += `${answer.name}\tcanonical name = ${answer.value}\n`;
    else
      stdout += `${answer.name}\t${answer.type === 'SRV' ? 'service' : answer.type.toLowerCase()} = ${answer.value}\n`;
  }
  return afterExchange(system, result.elapsedMs, false, { status: 0, stdout: `${stdout}\n` });
};

const dig: Command = (context, system) => {
  const short = context.arguments.includes('+short');
  const operands = context.arguments.filter((word) => !/^[+@-]/.test(word));
  const type =
    operands.find((word) => /^(A|AAAA|SRV|CNAME|PTR|ANY|TXT|NS|SOA)$/i.test(word))?.toUpperCase() ?? 'A';
  const name = operands.find((word) => word.toUpperCase() !== type) ?? '.';
  const result = system.network.lookup(system.origin, name, type, context.arguments.includes('+search'));
  if (result.rcode === 'TIMEOUT') {
    return afterExchange(system, result.elapsedMs, true, {
      status: 9,
      stdout: ';; connection timed out; no servers could be reached\n',
    });
  }
  const answers = result.answers
    .map((answer) =>
      short ? `${answer.value}\n` : `${answer.name}.\t30\tIN\t${answer.type}\t${answer.value}\n`,
    )
    .join('');
  const status = result.rcode === 'NODATA' ? 'NOERROR' : result.rcode;
  const head = `\n; <<>> DiG 9.20 <<>> ${context.arguments.join(' ')}\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: 1\n;; flags: qr aa rd; QUERY: 1, ANSWER: ${result.answers.length}, AUTHORITY: 0, ADDITIONAL: 1\n\n;; QUESTION SECTION:\n;${result.name.replace(/\.?$/, '.')}\t\tIN\t${type}\n\n`;
  const body = result.answers.length > 0 ? `;; ANSWER SECTION:\n${answers}\n` : '';
  const stdout = short
    ? answers
    : `${head}${body};; Query time: ${Math.round(result.elapsedMs)} msec\n;; SERVER: ${result.server}#53(${result.server}) (UDP)\n\n`;
  return afterExchange(system, result.elapsedMs, false, { status: 0, stdout });
};

const host: Command = (context, system) => {
  const name = context.arguments.find((word) => !word.startsWith('-')) ?? '';
  const result = system.network.lookup(system.origin, name, 'A', true);
  const lines = result.answers.map((answer) =>
    answer.type === 'CNAME'
      ? `${answer.name} is an alias for ${answer.value}.\n`
      : `${answer.name} has address ${answer.value}\n`,
  );
  const ok = result.rcode === 'NOERROR';
  const stdout = ok
    ? lines.join('')
    : result.rcode === 'TIMEOUT'
      ? ';; connection timed out; no servers could be reached\n'
      : `Host ${name} not found: 3(${result.rcode})\n`;
  return afterExchange(system, result.elapsedMs, result.rcode === 'TIMEOUT', { status: ok ? 0 : 1, stdout });
};

const getent: Command = (context, system) => {
  const [database, name = ''] = context.arguments;
  if (database !== 'hosts' && database !== 'ahosts' && database !== 'ahostsv4') return 2;
  const result = system.network.lookup(system.origin, name, 'A', true);
  const addresses = result.answers.filter((answer) => answer.type === 'A');
  const stdout = addresses.map((answer) => `${answer.value.padEnd(15)} ${result.name}\n`).join('');
  return afterExchange(system, result.elapsedMs, result.rcode === 'TIMEOUT', {
    status: addresses.length > 0 ? 0 : 2,
    stdout,
  });
};

const netcat: Command = (context, system) => {
  const { letters, values, operands } = parseOptions(context.arguments, 'wpei');
  const [name, portText] = operands;
  const port = Number(portText);
  if (name === undefined || !(port >= 1 && port <= 65_535)) {
    context.err(
      'BusyBox v1.37.0 multi-call binary.\n\nUsage: nc [OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen\n',
    );
    return 1;
  }
  const protocol = letters.has('u') ? 'UDP' : 'TCP';
  const limit = values.get('w');
  const scanning = letters.has('z');
  const payload = scanning ? '' : context.input();
  const timeoutMs = limit === undefined ? CONNECT_TIMEOUT_MS : Math.max(1, Number(limit) * 1000 || 0);
  const result = system.network.request(system.origin, { host: name, port, protocol, payload, timeoutMs });
  const timedOut = result.disposition === 'TimedOut';
  const where = `${name} (${result.address ?? name}:${port})`;
  if (result.disposition === 'Delivered' || (protocol === 'UDP' && timedOut)) {
    const stderr = letters.has('v') ? `${where} open\n` : '';
    return afterExchange(system, result.elapsedMs, timedOut, {
      status: 0,
      stdout: scanning ? '' : (result.data ?? ''),
      stderr,
    });
  }
  const reasons = {
    Refused: 'Connection refused',
    NoRoute: 'Network is unreachable',
    TimedOut: limit === undefined ? 'Operation timed out' : 'timed out',
    Reset: 'Connection reset by peer',
    NameNotResolved: '',
  };
  const message =
    result.disposition === 'NameNotResolved'
      ? `nc: bad address '${name}'\n`
      : `nc: ${where}: ${reasons[result.disposition]}\n`;
  const loud = letters.has('v') || !scanning || result.disposition === 'NameNotResolved';
  return afterExchange(system, result.elapsedMs, timedOut, { status: 1, stderr: loud ? message : '' });
};

const ping: Command = (context, system) => {
  const { values, operands } = parseOptions(context.arguments, 'cWwis');
  const name = operands[0] ?? '';
  const count = Math.min(Number(values.get('c') ?? 4) || 4, 100);
  const timeoutMs = Math.max(1, Number(values.get('W') ?? 10) * 1000 || 0);
  const first = system.network.ping(system.origin, name, timeoutMs);
  if (first.disposition === 'NameNotResolved') {
    context.err(`ping: bad address '${name}'\n`);
    return 1;
  }
  let stdout = `PING ${name} (${first.address ?? name}): 56 data bytes\n`;
  let received = 0;
  for (let sequence = 0; sequence < count; sequence++) {
    const reply = sequence === 0 ? first : system.network.ping(system.origin, name, timeoutMs);
    if (reply.disposition === 'NoRoute') {
      context.err('ping: sendto: Network unreachable\n');
      return 1;
    }
    if (reply.disposition !== 'Delivered') continue;
    received++;
    stdout += `64 bytes from ${first.address}: seq=${sequence} ttl=${reply.ttl ?? 64} time=${reply.elapsedMs.toFixed(3)} ms\n`;
  }
  const lost = Math.round(((count - received) / count) * 100);
  stdout += `\n--- ${name} ping statistics ---\n${count} packets transmitted, ${received} packets received, ${lost}% packet loss\n`;
  const ms = (count - 1) * 1000 + (received === count ? 1 : timeoutMs);
  return afterExchange(system, ms, received === 0, { status: received > 0 ? 0 : 1, stdout });
};

const ip: Command = (context, system) => {
  const what = context.arguments.find((word) => !word.startsWith('-')) ?? '';
  if ('address'.startsWith(what) && what !== '')
    context.out(system.network.describe(system.origin, 'addresses'));
  else if ('route'.startsWith(what) && what !== '')
    context.out(system.network.describe(system.origin, 'routes'));
  else if ('link'.startsWith(what) && what !== '')
    context.out(system.network.describe(system.origin, 'addresses'));
  else {
    context.err('BusyBox v1.37.0 multi-call binary.\n\nUsage: ip [OPTIONS] address|route|link\n');
    return 1;
  }
  return 0;
};

export const NETWORK_COMMANDS: CommandTable = {
  curl,
  wget,
  nslookup,
  dig,
  host,
  getent,
  nc: netcat,
  netcat,
  ncat: netcat,
  telnet: netcat,
  ping,
  ip,
  ifconfig: (context, system) => {
    context.out(system.network.describe(system.origin, 'addresses'));
    return 0;
  },
  route: (context, system) => {
    context.out(system.network.describe(system.origin, 'routes'));
    return 0;
  },
};
