export interface Url {
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  readonly target: string;
  /** As a `Host` header has it. */
  readonly authority: string;
}

const URL_PARTS =
  /^(?:(https?):\/\/)?(?:[^/@?#]*@)?(\[[0-9A-Fa-f:.]+\]|[^:/?#[\]\s]+)(?::([0-9]{1,5}))?([/?][^#\s]*)?(?:#.*)?$/i;

/** Takes a URL apart; `http://` may be left out. */
export function parseUrl(text: string): Url | undefined {
  const match = URL_PARTS.exec(text);
  if (!match) return undefined;
  const secure = match[1]?.toLowerCase() === 'https';
  const standard = secure ? 443 : 80;
  const port = match[3] === undefined ? standard : Number(match[3]);
  if (port < 1 || port > 65_535) return undefined;
  const path = match[4] ?? '/';
  return {
    secure,
    host: match[2].replace(/^\[|\]$/g, ''),
    port,
    target: path.startsWith('?') ? `/${path}` : path,
    authority: port === standard ? match[2] : `${match[2]}:${port}`,
  };
}

/** Where a `Location` header leads, seen from the URL that answered with it. */
export function redirectOf(from: Url, location: string): Url | undefined {
  if (/^https?:\/\//i.test(location)) return parseUrl(location);
  const target = location.startsWith('/') ? location : `${from.target.replace(/[^/]*$/, '')}${location}`;
  return { ...from, target };
}
