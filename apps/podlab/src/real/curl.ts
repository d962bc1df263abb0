import type { Disposition, RequestTemplate } from '@podlab/contracts';
import type { CommandResult } from './real-cluster';

/** What a client can tell of a connection: often more than one thing looks the same to it. */
export interface Seen {
  readonly dispositions: readonly Disposition[];
  readonly status?: number;
  readonly body: string;
}

const TIMEOUT_MS = 5000;
const STATUS_MARK = '\npodlab-status:';

/** The command line of a request: only URLs are curl's. */
export function curlCommand(url: string, template: Partial<RequestTemplate>): string[] {
  const { method, headers = {}, body, source_port, timeout_ms = TIMEOUT_MS } = template;
  return [
    'curl',
    '-v',
    '-s',
    '--max-time',
    String(timeout_ms / 1000),
    ...(method === undefined ? [] : method === 'HEAD' ? ['-I'] : ['-X', method]),
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...(body === undefined ? [] : ['--data-raw', body]),
    ...(source_port === undefined ? [] : ['--local-port', String(source_port)]),
    '-w',
    `${STATUS_MARK}%{http_code}`,
    url,
  ];
}

/** What became of it, by curl's exit status and the socket's error. Models curl docs/libcurl/libcurl-errors.md. */
export function seenByCurl({ exit_code, stdout, stderr }: CommandResult): Seen | undefined {
  const at = stdout.lastIndexOf(STATUS_MARK);
  const body = at < 0 ? stdout : stdout.slice(0, at);
  const dispositions = dispositionsOf(exit_code, stderr);
  if (!dispositions) return undefined;
  const status = at < 0 ? 0 : Number(stdout.slice(at + STATUS_MARK.length));
  return { dispositions, body, ...(status > 0 && { status }) };
}

function dispositionsOf(code: number, stderr: string): Disposition[] | undefined {
  switch (code) {
    case 0:
    case 52: // Connected, and nothing was answered.
      return ['Delivered'];
    case 6:
      return ['NameNotResolved'];
    case 7:
      // An ICMP error may come from a router without a route, or from a rule that rejects.
      return /Connection refused/i.test(stderr) ? ['Refused'] : ['Refused', 'NoRoute'];
    case 28:
      return /Resolving timed out/i.test(stderr) ? ['NameNotResolved'] : ['TimedOut'];
    case 56:
      return ['Reset'];
    default:
      return undefined;
  }
}
