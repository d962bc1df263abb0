import { base64Encode, utf8Encode } from '@podlab/kernel';
import { headerValue } from '../http/message';
import { authoritiesIn } from '../http/tls';
import type { CommandContext } from '../shell/host';
import { secondsToMs } from './after-exchange';
import { parseOptions } from './command';
import type { ParsedOptions } from './command';
import { parseUrl } from './url';
import type { Url } from './url';

const VALUE_LETTERS = 'XHdomAuFTewbcxrK';
const VALUE_NAMES = [
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
  'data-binary',
  'retry',
  'retry-delay',
  'retry-max-time',
  'resolve',
  'interface',
  'json',
  'url',
  'max-redirs',
  'local-port',
  'cacert',
  'referer',
  'cookie',
];

/** A curl command line, read. */
export interface CurlCall {
  readonly url: Url;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly timeoutMs: number | undefined;
  readonly connectTimeoutMs: number | undefined;
  readonly silent: boolean;
  readonly showErrors: boolean;
  readonly verbose: boolean;
  readonly follow: number;
  readonly retries: number;
  readonly retryDelayMs: number | undefined;
  readonly retryRefused: boolean;
  /** Addresses by `host:port`, as `--resolve` gives them. */
  readonly resolved: Readonly<Record<string, string>>;
  readonly family: 'IPv4' | 'IPv6' | undefined;
  /** Any certificate will do. */
  readonly insecure: boolean;
  /** Fingerprints of the authorities that are trusted. */
  readonly authorities: readonly string[];
  readonly options: ParsedOptions;
}

/** Why a command line is none: what curl prints, and its status. */
export interface CurlRefusal {
  readonly status: number;
  readonly message: string;
}

export function curlCall(context: CommandContext, version: string): CurlCall | CurlRefusal {
  const words = [...context.arguments];
  const options = parseOptions(words, VALUE_LETTERS, VALUE_NAMES);
  const has = (...names: string[]): boolean => names.some((name) => options.letters.has(name));
  const value = (...names: string[]): string | undefined =>
    names.map((name) => options.values.get(name)).find((item) => item !== undefined);
  const text = value('url') ?? options.operands[0];
  if (text === undefined)
    return { status: 2, message: "curl: (2) no URL specified\ncurl: try 'curl --help' for more information" };
  if (/^(?!https?:)[a-z][a-z0-9+.-]*:\/\//i.test(text))
    return { status: 1, message: `curl: (1) Protocol "${text.slice(0, text.indexOf(':'))}" not supported` };
  const url = parseUrl(text);
  if (!url) return { status: 3, message: 'curl: (3) URL rejected: Malformed input to a URL function' };
  const file = value('cacert') ?? context.variable('CURL_CA_BUNDLE') ?? context.variable('SSL_CERT_FILE');
  const bundle = file === undefined ? '' : context.files.read(context.path(file));
  const authorities = authoritiesIn(bundle ?? '');
  const insecure = has('k', 'insecure');
  if (url.secure && !insecure && file !== undefined && authorities.length === 0)
    return { status: 77, message: `curl: (77) error adding trust anchors from file: ${file}` };
  const data = dataOf(context, words);
  const isQuery = data !== undefined && has('G', 'get');
  const head = has('I', 'head');
  const delay = value('retry-delay');
  return {
    url: isQuery ? withQuery(url, data) : url,
    method: value('X', 'request') ?? (head ? 'HEAD' : data === undefined || isQuery ? 'GET' : 'POST'),
    headers: headersOf(words, options, url, isQuery ? undefined : data, version),
    body: isQuery ? '' : (data ?? ''),
    timeoutMs: secondsToMs(value('m', 'max-time')),
    connectTimeoutMs: secondsToMs(value('connect-timeout')),
    silent: has('s', 'silent'),
    showErrors: has('S', 'show-error'),
    verbose: has('v', 'verbose'),
    follow: has('L', 'location') ? Math.min(50, Number(value('max-redirs') ?? 50)) : 0,
    retries: Math.min(1000, Number(value('retry') ?? 0) || 0),
    retryDelayMs: delay === undefined || Number(delay) === 0 ? undefined : secondsToMs(delay),
    retryRefused: has('retry-connrefused', 'retry-all-errors'),
    resolved: resolvedBy(words),
    family: has('4', 'ipv4') ? 'IPv4' : has('6', 'ipv6') ? 'IPv6' : undefined,
    insecure,
    authorities,
    options,
  };
}

/** All of `-d`, with an ampersand between; `@file` is a file's text without its line ends, or as it is. */
function dataOf(context: CommandContext, words: readonly string[]): string | undefined {
  const read = (text: string, raw: boolean): string => {
    if (!text.startsWith('@')) return text;
    const file = text === '@-' ? context.input() : (context.files.read(context.path(text.slice(1))) ?? '');
    return raw ? file : file.replace(/[\r\n]/g, '');
  };
  const parts = [
    ...repeated(words, '-d', '--data').map((text) => read(text, false)),
    ...repeated(words, '--data-binary', '--json').map((text) => read(text, true)),
    ...repeated(words, '--data-raw'),
  ];
  return parts.length === 0 ? undefined : parts.join('&');
}

const withQuery = (url: Url, query: string): Url => ({
  ...url,
  target: `${url.target}${url.target.includes('?') ? '&' : '?'}${query}`,
});

/** `-u`, `-e` and `-b`. */
function moreHeaders({ values }: ParsedOptions): Record<string, string> {
  const user = values.get('u') ?? values.get('user');
  const referer = values.get('e') ?? values.get('referer');
  const cookie = values.get('b') ?? values.get('cookie');
  return {
    ...(user !== undefined && { Authorization: `Basic ${base64Encode(utf8Encode(user))}` }),
    ...(referer !== undefined && { Referer: referer }),
    ...(cookie !== undefined && { Cookie: cookie }),
  };
}

/** An option that may be given several times. */
function repeated(words: readonly string[], ...names: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    if (names.includes(word)) return words[index + 1] === undefined ? [] : [words[index + 1]];
    const attached = names.find((name) =>
      name.startsWith('--') ? word.startsWith(`${name}=`) : word.startsWith(name) && !word.startsWith('--'),
    );
    return attached === undefined ? [] : [word.slice(attached.length).replace(/^=/, '')];
  });
}

function headersOf(
  words: readonly string[],
  options: ParsedOptions,
  url: Url,
  data: string | undefined,
  version: string,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of repeated(words, '-H', '--header')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
  }
  const json = options.values.has('json');
  const agent = options.values.get('A') ?? options.values.get('user-agent') ?? `curl/${version}`;
  const type = json ? 'application/json' : 'application/x-www-form-urlencoded';
  const standard: Record<string, string> = {
    Host: url.authority,
    'User-Agent': agent,
    Accept: json ? 'application/json' : '*/*',
    ...(data === undefined ? {} : { 'Content-Type': type }),
    ...moreHeaders(options),
  };
  for (const name of Object.keys(standard))
    if (headerValue(headers, name) !== undefined) delete standard[name];
  const own = Object.entries(headers).filter(([, text]) => text !== '');
  return { ...standard, ...Object.fromEntries(own) };
}

function resolvedBy(words: readonly string[]): Record<string, string> {
  const entries = repeated(words, '--resolve').flatMap((entry): [string, string][] => {
    const match = /^\+?([^:]+):([0-9]+):\[?([^\],]+)\]?/.exec(entry);
    return match ? [[`${match[1].toLowerCase()}:${match[2]}`, match[3]]] : [];
  });
  return Object.fromEntries(entries);
}
