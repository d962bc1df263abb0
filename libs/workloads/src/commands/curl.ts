import { baseName } from '../file-system';
import { headerValue } from '../http/message';
import type { HttpResponse } from '../http/message';
import type { OutboundResult } from '../network-client';
import type { CommandContext, CommandOutcome } from '../shell/host';
import { afterExchange, CONNECT_TIMEOUT_MS } from './after-exchange';
import type { Command, CommandSystem } from './command';
import { isNamedIn } from '../http/tls';
import type { Certificate } from '../http/tls';
import { curlCall } from './curl-call';
import type { CurlCall } from './curl-call';
import {
  curlFailure,
  headText,
  verboseConnect,
  verboseRequest,
  verboseResponse,
  writeOut,
} from './curl-report';
import type { CurlFailure } from './curl-report';
import { redirectOf } from './url';
import type { Url } from './url';

/** One exchange or, with -L, several. */
interface Transfer {
  readonly url: Url;
  readonly result: OutboundResult;
  readonly failure: CurlFailure | undefined;
  readonly elapsedMs: number;
  /** What `-v` tells of it, and what `-i` shows of the answers before the last. */
  readonly told: string;
  readonly heads: string;
}

export const curl: Command = (context, system) => {
  if (context.arguments.includes('--version') || context.arguments[0] === '-V') {
    context.out(`curl ${system.curlVersion} (x86_64-pc-linux-gnu) libcurl/${system.curlVersion}\n`);
    return 0;
  }
  const call = curlCall(context, system.curlVersion);
  if ('message' in call) {
    context.err(`${call.message}\n`);
    return call.status;
  }
  const retried = typeof context.resumed === 'number' ? context.resumed : 0;
  const transfer = follow(call, system);
  const again = retryOf(call, transfer, retried);
  if (again) return again;
  const printed = transfer.failure
    ? failed(call, transfer, transfer.failure)
    : answered(context, call, transfer);
  return afterExchange(system, transfer.elapsedMs, { ...printed, stderr: transfer.told + printed.stderr });
};

function follow(call: CurlCall, system: CommandSystem): Transfer {
  let { url } = call;
  let told = '';
  let heads = '';
  let elapsedMs = 0;
  for (let redirects = 0; ; redirects++) {
    const headers = redirects === 0 ? call.headers : { ...call.headers, Host: url.authority };
    const result = send(call, url, headers, system);
    elapsedMs += result.elapsedMs;
    const failure = curlFailure(call, url, result);
    if (call.verbose) told += verboseText(call, url, headers, result, failure);
    const response = failure ? undefined : result.response;
    const location =
      response &&
      response.status >= 300 &&
      response.status < 400 &&
      headerValue(response.headers, 'Location');
    const next = location && call.follow > 0 ? redirectOf(url, location) : undefined;
    if (!next) return { url, result, failure, elapsedMs, told, heads };
    if (redirects >= call.follow) {
      const many = { status: 47, message: `Maximum (${call.follow}) redirects followed` };
      return { url, result, failure: many, elapsedMs, told, heads };
    }
    heads += headText(response as HttpResponse);
    url = next;
  }
}

function send(
  call: CurlCall,
  url: Url,
  headers: Record<string, string>,
  { network, origin }: CommandSystem,
): OutboundResult {
  const address = call.resolved[`${url.host.toLowerCase()}:${url.port}`];
  const limits = [call.timeoutMs, call.connectTimeoutMs].filter((ms) => ms !== undefined);
  return network.request(origin, {
    host: url.host,
    port: url.port,
    protocol: 'TCP',
    http: { method: call.method, target: url.target, headers, body: call.body },
    ...(url.secure && { tls: { serverName: url.host, accepts: (shown) => trusts(call, url, shown) } }),
    timeoutMs: limits.length > 0 ? Math.min(...limits) : CONNECT_TIMEOUT_MS,
    ...(address !== undefined && { address }),
    ...(call.family && { family: call.family }),
  });
}

function trusts({ insecure, authorities }: CurlCall, { host }: Url, certificate: Certificate): boolean {
  return insecure || (authorities.includes(certificate.authority) && isNamedIn(certificate, host));
}

function verboseText(
  call: CurlCall,
  url: Url,
  headers: Record<string, string>,
  result: OutboundResult,
  failure: CurlFailure | undefined,
): string {
  const connected = result.connectMs !== undefined;
  const response = failure ? undefined : result.response;
  const start = verboseConnect(url, result, failure);
  if (!connected)
    return result.disposition === 'NameNotResolved'
      ? start
      : `${start}* ${failure?.message ?? ''}\n* closing connection #0\n`;
  const request = url.secure && !response ? '' : verboseRequest(call, url, headers);
  if (response) return `${start}${request}${verboseResponse(response, url)}`;
  return `${start}${request}* ${failure?.message ?? ''}\n* closing connection #0\n`;
}

/** Models curl src/tool_operate.c retrycheck: time-outs and some answers, refusals only when asked for. */
function retryOf(call: CurlCall, transfer: Transfer, retried: number): CommandOutcome | undefined {
  if (retried >= call.retries) return undefined;
  const { failure, result } = transfer;
  const status = result.response?.status ?? 0;
  const transient =
    failure === undefined ? [408, 429, 500, 502, 503, 504].includes(status) : failure.status === 28;
  const refused = failure?.status === 7 && call.retryRefused;
  const unresolved = failure?.status === 6;
  if (!transient && !refused && !unresolved) return undefined;
  const ms = call.retryDelayMs ?? Math.min(600_000, 1000 * 2 ** retried);
  const why = failure === undefined ? 'HTTP error' : refused ? 'connection refused' : 'timeout';
  const left = call.retries - retried;
  const seconds = ms / 1000;
  const warning =
    call.silent && !call.showErrors
      ? ''
      : `Warning: Problem: ${why}. Will retry in ${seconds} second${seconds === 1 ? '' : 's'}. ${left} retr${left === 1 ? 'y' : 'ies'} left.\n`;
  return { kind: 'again', ms, state: retried + 1, stderr: transfer.told + warning };
}

function failed(
  call: CurlCall,
  { url, result }: Transfer,
  failure: CurlFailure,
): { status: number; stdout: string; stderr: string } {
  const stderr = call.silent && !call.showErrors ? '' : `curl: (${failure.status}) ${failure.message}\n`;
  const stdout = writeOut(call, url, undefined, result, failure.status);
  return { status: failure.status, stderr, stdout };
}

function answered(
  context: CommandContext,
  call: CurlCall,
  { url, result, heads }: Transfer,
): { status: number; stdout: string; stderr: string } {
  const response = result.response as HttpResponse;
  const { letters, values } = call.options;
  const refused = (letters.has('f') || letters.has('fail')) && response.status >= 400;
  const head = letters.has('i') || letters.has('include') || letters.has('I') || letters.has('head');
  const shown = (head ? heads + headText(response) : '') + (refused ? '' : response.body);
  const file = values.get('o') ?? values.get('output');
  const status = refused ? 22 : 0;
  let stdout = shown;
  let stderr =
    refused && !(call.silent && !call.showErrors)
      ? `curl: (22) The requested URL returned error: ${response.status}\n`
      : '';
  if (file !== undefined || letters.has('O')) {
    const path = context.path(file ?? (baseName(url.target.split('?')[0]) || 'index.html'));
    const problem = context.files.write(path, shown);
    stdout = '';
    if (problem) {
      stderr += `Warning: Failed to open the file ${file}: ${problem}\ncurl: (23) client returned ERROR on write, 0 bytes\n`;
      return { status: 23, stdout, stderr };
    }
  }
  return { status, stdout: stdout + writeOut(call, url, response, result, status), stderr };
}
