import { utf8Length } from '@podlab/kernel';
import { headerValue } from '../http/message';
import type { Certificate } from '../http/tls';
import type { HttpResponse } from '../http/message';
import type { OutboundResult } from '../network-client';
import type { CurlCall } from './curl-call';
import type { Url } from './url';

export interface CurlFailure {
  readonly status: number;
  readonly message: string;
}

/** Why curl gives up after an exchange; undefined when it has an answer. Models curl lib/connect.c and lib/curl_addrinfo.c. */
export function curlFailure(call: CurlCall, url: Url, result: OutboundResult): CurlFailure | undefined {
  const after = Math.ceil(result.elapsedMs);
  const limit = call.timeoutMs ?? call.connectTimeoutMs;
  const connecting = `Failed to connect to ${url.host} port ${url.port} after ${after} ms: Could not connect to server`;
  switch (result.disposition) {
    case 'NameNotResolved':
      if (result.rcode === 'TIMEOUT' && limit !== undefined && after >= limit)
        return { status: 28, message: `Resolving timed out after ${limit} milliseconds` };
      return { status: 6, message: `Could not resolve host: ${url.host}` };
    case 'Refused':
    case 'NoRoute':
      return { status: 7, message: connecting };
    case 'TimedOut':
      if (limit === undefined) return { status: 28, message: connecting };
      return result.connectMs === undefined
        ? { status: 28, message: `Connection timed out after ${after} milliseconds` }
        : { status: 28, message: `Operation timed out after ${after} milliseconds with 0 bytes received` };
    case 'Reset':
      return { status: 56, message: 'Recv failure: Connection reset by peer' };
    case 'Delivered':
      if (result.certificate && !result.response)
        return { status: 60, message: distrust(call, url, result.certificate) };
      if (url.secure && !result.certificate)
        return {
          status: 35,
          message: 'TLS connect error: error:0A0000C6:SSL routines::packet length too long',
        };
      return result.response ? undefined : { status: 52, message: 'Empty reply from server' };
  }
}

const MORE_ABOUT_TRUST = `More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the webpage mentioned above.`;

/** Models curl lib/vtls/openssl.c ossl_verifyhost and X509_verify_cert_error_string. */
function distrust({ authorities }: CurlCall, { host }: Url, certificate: Certificate): string {
  if (!authorities.includes(certificate.authority))
    return `SSL certificate problem: unable to get local issuer certificate\n${MORE_ABOUT_TRUST}`;
  const kind = host.includes(':') ? 'ipv6 address' : /^[0-9.]+$/.test(host) ? 'ipv4 address' : 'hostname';
  return `SSL: no alternative certificate subject name matches target ${kind} '${host}'\n${MORE_ABOUT_TRUST}`;
}

/** What an error of the socket says, as strerror has it. */
export function socketErrorText(result: OutboundResult): string {
  switch (result.disposition) {
    case 'NoRoute':
      return 'Network is unreachable';
    case 'TimedOut':
      return 'Connection timed out';
    case 'Refused':
      return refusalText(result.refusal?.with ?? 'tcp-reset');
    default:
      return 'Connection reset by peer';
  }
}

/** Models linux net/ipv4/tcp_ipv4.c tcp_v4_err and icmp_err_convert: what an ICMP error does to a connect. */
function refusalText(reason: string): string {
  if (reason === 'tcp-reset' || reason.endsWith('port-unreachable')) return 'Connection refused';
  if (reason.includes('net-unreachable') || reason.endsWith('no-route')) return 'Network is unreachable';
  if (reason.endsWith('time-exceeded')) return 'No route to host';
  return 'No route to host';
}

/** Lines of `-v` before the answer. */
export function verboseConnect(url: Url, result: OutboundResult, failure: CurlFailure | undefined): string {
  const lines: string[] = [];
  const { address, addresses, local } = result;
  if (result.disposition === 'NameNotResolved')
    return `* ${failure?.message ?? ''}\n* closing connection #-1\n`;
  if (addresses !== undefined) {
    const of = (six: boolean): string =>
      addresses.filter((item) => item.includes(':') === six).join(', ') || '(none)';
    lines.push(`* Host ${url.host}:${url.port} was resolved.`, `* IPv6: ${of(true)}`, `* IPv4: ${of(false)}`);
  }
  const shown = address?.includes(':') ? `[${address}]` : (address ?? url.host);
  lines.push(`*   Trying ${shown}:${url.port}...`);
  if (local !== undefined) {
    lines.push(
      `* Established connection to ${url.host} (${address} port ${url.port}) from ${local.address} port ${local.port} `,
    );
    if (result.response && result.certificate) lines.push(...secureLines(result.certificate));
  } else if (failure !== undefined && result.disposition !== 'TimedOut') {
    lines.push(`* connect to ${address} port ${url.port} failed: ${socketErrorText(result)}`);
  }
  return `${lines.join('\n')}\n`;
}

function secureLines({ subject, issuer }: Certificate): string[] {
  return [
    '* SSL connection using TLSv1.3 / TLS_AES_128_GCM_SHA256 / X25519MLKEM768 / id-ecPublicKey',
    '* Server certificate:',
    `*   subject: ${subject}`,
    `*   issuer: ${issuer}`,
  ];
}

/** Lines of `-v` about the request. */
export function verboseRequest(call: CurlCall, url: Url, headers: Readonly<Record<string, string>>): string {
  const fields = Object.entries(headers).map(([name, value]) => `> ${name}: ${value}\n`);
  const length = call.body === '' ? '' : `> Content-Length: ${utf8Length(call.body)}\n`;
  const sent =
    call.body === ''
      ? '* Request completely sent off\n'
      : `* upload completely sent off: ${utf8Length(call.body)} bytes\n`;
  return `* using HTTP/1.x\n> ${call.method} ${url.target} HTTP/1.1\n${fields.join('')}${length}> \n${sent}`;
}

/** Lines of `-v` about the answer. */
export function verboseResponse(response: HttpResponse, url: Url): string {
  const fields = Object.entries(response.headers).map(([name, value]) => `< ${name}: ${value}\n`);
  const closes = headerValue(response.headers, 'Connection')?.toLowerCase() === 'close';
  const end = closes
    ? '* shutting down connection #0\n'
    : `* Connection #0 to host ${url.host}:${url.port} left intact\n`;
  const size = utf8Length(response.body);
  const data = size === 0 ? '' : `{ [${size} bytes data]\n`;
  return `< HTTP/1.1 ${response.status} ${response.reason}\n${fields.join('')}< \n${data}${end}`;
}

export function headText(response: HttpResponse): string {
  const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${response.status} ${response.reason}\r\n${lines.join('')}\r\n`;
}

/** What `-w` prints. */
export function writeOut(
  call: CurlCall,
  url: Url,
  response: HttpResponse | undefined,
  result: OutboundResult,
  status: number,
): string {
  const format = call.options.values.get('w') ?? call.options.values.get('write-out') ?? '';
  const seconds = (ms: number | undefined): string => ((ms ?? 0) / 1000).toFixed(6);
  const code = String(response?.status ?? 0).padStart(3, '0');
  const reached = result.connectMs !== undefined || result.disposition === 'Delivered';
  const values: Record<string, string> = {
    http_code: code,
    response_code: code,
    http_version: response ? '1.1' : '0',
    remote_ip: reached ? (result.address ?? '') : '',
    remote_port: reached ? String(url.port) : '0',
    local_ip: result.local?.address ?? '',
    local_port: String(result.local?.port ?? 0),
    size_download: String(response ? utf8Length(response.body) : 0),
    time_namelookup: seconds(result.lookupMs),
    time_connect: seconds(result.connectMs),
    time_starttransfer: seconds(response ? result.elapsedMs : 0),
    time_total: seconds(result.elapsedMs),
    num_connects: result.connectMs === undefined ? '0' : '1',
    content_type: response ? (headerValue(response.headers, 'Content-Type') ?? '') : '',
    url_effective: `${url.secure ? 'https' : 'http'}://${url.authority}${url.target}`,
    method: call.method,
    exitcode: String(status),
    scheme: url.secure ? 'https' : 'http',
  };
  return format
    .replace(/%\{([a-z_]+)\}/g, (_whole, name: string) => values[name] ?? '')
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\r/g, '\r')
    .replace(/%%/g, '%');
}
