import { rfc3339, utf8Length } from '@podlab/kernel';
import { baseName } from '../file-system';
import { headerValue } from '../http/message';
import type { HttpResponse } from '../http/message';
import { authoritiesIn, isNamedIn } from '../http/tls';
import type { Certificate } from '../http/tls';
import type { OutboundResult } from '../network-client';
import type { CommandContext } from '../shell/host';
import { afterExchange, CONNECT_TIMEOUT_MS, secondsToMs } from './after-exchange';
import { parseOptions } from './command';
import type { Command, CommandSystem, ParsedOptions } from './command';
import { socketErrorText } from './curl-report';
import { parseUrl } from './url';
import type { Url } from './url';

const LONG_WITH_VALUE = [
  'timeout',
  'tries',
  'post-data',
  'header',
  'output-document',
  'user-agent',
  'ca-certificate',
];

export const wget: Command = (context, system) => {
  const options = parseOptions(context.arguments, 'OTPUt', LONG_WITH_VALUE);
  const { letters, values, operands } = options;
  const gnu = system.userland === 'gnu';
  const url = parseUrl(operands[0] ?? '');
  if (!url) {
    if (operands[0] !== undefined)
      context.err(gnu ? `${operands[0]}: Invalid host name.\n` : `wget: bad address '${operands[0]}'\n`);
    else
      context.err(
        gnu
          ? "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n"
          : 'BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [OPTIONS] URL...\n',
      );
    return 1;
  }
  const accepts = trustOf(context, options, url, gnu);
  const result = send(url, options, system, accepts);
  const spider = letters.has('spider');
  const file =
    values.get('O') ??
    values.get('output-document') ??
    (baseName(url.target.split('?')[0]).replace(/^\/$/, '') || 'index.html');
  const good = result.disposition === 'Delivered' && (result.response?.status ?? 999) < 400;
  const limited = values.has('T') || values.has('timeout');
  const told = (gnu ? gnuText : busyboxText)({ url, result, file, spider, limited, system });
  const quiet = letters.has('q');
  if (!good) {
    const stderr = quiet && gnu ? '' : quiet ? told.failure : told.connecting + told.failure;
    return afterExchange(system, result.elapsedMs, { status: told.status, stderr });
  }
  const { body } = result.response as HttpResponse;
  const toOutput = file === '-';
  if (!spider && !toOutput) {
    const problem = context.files.write(context.path(file), body);
    if (problem) {
      context.err(gnu ? `${file}: ${problem}\n` : `wget: can't open '${file}': ${problem}\n`);
      return gnu ? 3 : 1;
    }
  }
  return afterExchange(system, result.elapsedMs, {
    status: 0,
    stdout: toOutput && !spider ? body : '',
    stderr: quiet ? '' : told.connecting + told.done,
  });
};

function send(
  url: Url,
  { values, letters }: ParsedOptions,
  { network, origin, userland }: CommandSystem,
  accepts: (certificate: Certificate) => boolean,
): OutboundResult {
  const limit = secondsToMs(values.get('T') ?? values.get('timeout'));
  const agent = values.get('U') ?? values.get('user-agent') ?? (userland === 'gnu' ? 'Wget/1.25.0' : 'Wget');
  const headers: Record<string, string> = { Host: url.authority, 'User-Agent': agent, Connection: 'close' };
  const [name, ...value] = values.get('header')?.split(':') ?? [];
  if (name !== undefined) headers[name] = value.join(':').trim();
  const body = values.get('post-data') ?? '';
  return network.request(origin, {
    host: url.host,
    port: url.port,
    protocol: 'TCP',
    http: { method: letters.has('post-data') ? 'POST' : 'GET', target: url.target, headers, body },
    ...(url.secure && { tls: { serverName: url.host, accepts } }),
    timeoutMs: limit ?? CONNECT_TIMEOUT_MS,
  });
}

/** BusyBox's wget trusts every certificate, and says so; GNU's none that it can't verify. */
function trustOf(context: CommandContext, { letters, values }: ParsedOptions, { host }: Url, gnu: boolean) {
  const file = values.get('ca-certificate');
  const bundle = file === undefined ? '' : context.files.read(context.path(file));
  const authorities = authoritiesIn(bundle ?? '');
  const any = !gnu || letters.has('no-check-certificate');
  return (certificate: Certificate): boolean =>
    any || (authorities.includes(certificate.authority) && isNamedIn(certificate, host));
}

interface Download {
  readonly url: Url;
  readonly result: OutboundResult;
  readonly file: string;
  readonly spider: boolean;
  readonly limited: boolean;
  readonly system: CommandSystem;
}

interface Told {
  readonly connecting: string;
  readonly failure: string;
  readonly done: string;
  readonly status: number;
}

function busyboxText({ url, result, file, spider, limited }: Download): Told {
  const address = result.address ?? url.host;
  const note = url.secure ? 'wget: note: TLS certificate validation not implemented\n' : '';
  const connecting =
    result.disposition === 'NameNotResolved'
      ? ''
      : `Connecting to ${url.authority} (${address.includes(':') ? `[${address}]` : address}:${url.port})\n${note}`;
  const failure = `wget: ${busyboxFailure(url, result, address, limited) ?? ''}\n`;
  const bytes = utf8Length(result.response?.body ?? '');
  return {
    connecting,
    failure,
    done: spider ? 'remote file exists\n' : busyboxReport(file, bytes),
    status: 1,
  };
}

function busyboxFailure(
  url: Url,
  result: OutboundResult,
  address: string,
  limited: boolean,
): string | undefined {
  switch (result.disposition) {
    case 'NameNotResolved':
      return `bad address '${url.authority}'`;
    case 'Refused':
    case 'NoRoute':
      return `can't connect to remote host (${address}): ${socketErrorText(result)}`;
    case 'TimedOut':
      return limited
        ? 'download timed out'
        : `can't connect to remote host (${address}): Connection timed out`;
    case 'Reset':
      return 'error getting response: Connection reset by peer';
    case 'Delivered':
      if (!result.response) return url.secure ? 'TLS error from peer' : 'error getting response';
      return result.response.status >= 400
        ? `server returned error: HTTP/1.1 ${result.response.status} ${result.response.reason}`
        : undefined;
  }
}

function busyboxReport(file: string, bytes: number): string {
  const [verb, done] =
    file === '-' ? ['writing to stdout', 'written to stdout'] : [`saving to '${file}'`, `'${file}' saved`];
  const shown = file.slice(0, 20).padEnd(20);
  return `${verb}\n${shown} 100% |********************************| ${String(bytes).padStart(5)}  0:00:00 ETA\n${done}\n`;
}

/** Models GNU wget 1.x without a terminal; its status is 4 for the network and 8 for what a server refuses. */
function gnuText({ url, result, file, spider, system }: Download): Told {
  const time = rfc3339(system.now()).slice(0, 19).replace('T', ' ');
  const { address, response } = result;
  const shown = `${url.secure ? 'https' : 'http'}://${url.authority}${url.target}`;
  const resolving = result.addresses
    ? `Resolving ${url.host} (${url.host})... ${result.addresses.join(', ')}\n`
    : '';
  const where = result.addresses
    ? `${url.host} (${url.host})|${address}|:${url.port}`
    : `${url.host}:${url.port}`;
  const start = `--${time}--  ${shown}\n`;
  if (result.disposition === 'NameNotResolved') {
    const failure = `Resolving ${url.host} (${url.host})... failed: Name or service not known.\nwget: unable to resolve host address ‘${url.host}’\n`;
    return { connecting: start, failure, done: '', status: 4 };
  }
  const connected = result.connectMs !== undefined;
  const connecting = `${start}${resolving}Connecting to ${where}... ${connected ? 'connected.\n' : ''}`;
  if (!connected)
    return { connecting, failure: `failed: ${socketErrorText(result)}.\n`, done: '', status: 4 };
  if (result.certificate && !response) {
    const { issuer } = result.certificate;
    const failure = `ERROR: cannot verify ${url.host}'s certificate, issued by ‘${issuer}’:\n  Unable to locally verify the issuer's authority.\nTo connect to ${url.host} insecurely, use \`--no-check-certificate'.\n`;
    return { connecting, failure, done: '', status: 5 };
  }
  if (url.secure && !response)
    return { connecting, failure: 'Unable to establish SSL connection.\n', done: '', status: 4 };
  const asked = `${connecting}HTTP request sent, awaiting response... `;
  if (!response) return { connecting: asked, failure: 'No data received.\n', done: '', status: 4 };
  const line = `${asked}${response.status} ${response.reason}\n`;
  if (response.status >= 400) {
    const failure = `${time} ERROR ${response.status}: ${response.reason}.\n\n`;
    return { connecting: line, failure, done: '', status: 8 };
  }
  const bytes = utf8Length(response.body);
  const type = headerValue(response.headers, 'Content-Type')?.split(';')[0] ?? 'text/plain';
  const length = `Length: ${bytes} [${type}]\n`;
  if (spider) return { connecting: line, failure: '', done: `${length}Remote file exists.\n\n`, status: 0 };
  const saved = file === '-' ? 'STDOUT' : file;
  const finished = file === '-' ? 'written to stdout' : `‘${file}’ saved`;
  const progress = `     0K                                                       100% ${(bytes / 1024).toFixed(2)}K=0s\n\n`;
  const done = `${length}Saving to: ‘${saved}’\n\n${progress}${time} (${(bytes / 1024).toFixed(2)} KB/s) - ${finished} [${bytes}/${bytes}]\n\n`;
  return { connecting: line, failure: '', done, status: 0 };
}
