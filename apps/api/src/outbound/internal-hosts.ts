/** Hosts of the own network that this server may call, because the administrator named them. */

/** One entry of `PODLAB_INTERNAL_HOSTS`. */
export interface InternalHost {
  /** As a URL shows it: lower case, IPv6 in brackets. */
  readonly hostname: string;
  /** Undefined: any. */
  readonly port?: string;
  /** Written with `http://`: also without encryption. */
  readonly isClear: boolean;
}

const ENTRY = /^(https?:\/\/)?(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?$/i;

/** Undefined where the text is no list of hosts. */
export function readInternalHosts(text: string): InternalHost[] | undefined {
  const found = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(hostOf);
  return found.every((host) => host !== undefined) ? found : undefined;
}

function hostOf(entry: string): InternalHost | undefined {
  const [, scheme, host = '', port] = ENTRY.exec(entry) ?? [];
  if (!URL.canParse(`https://${host}`)) return undefined;
  const { hostname } = new URL(`https://${host}`);
  return { hostname, ...(port !== undefined && { port }), isClear: scheme?.toLowerCase() === 'http://' };
}

/** The host and port of a URL that the administrator gave, and no other. */
export function internalHostOf(url: string): InternalHost {
  const parsed = new URL(url);
  return { hostname: parsed.hostname, port: portOf(parsed), isClear: parsed.protocol === 'http:' };
}

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'http:' ? '80' : '443');

export function isNamed(url: URL, hosts: readonly InternalHost[]): boolean {
  return hosts.some(
    ({ hostname, port, isClear }) =>
      hostname === url.hostname &&
      (port === undefined || port === portOf(url)) &&
      (url.protocol === 'https:' || isClear),
  );
}
