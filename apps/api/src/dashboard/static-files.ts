/**
 * Serves the dashboard's static export from memory, each page with a policy that allows exactly its own scripts;
 * compressed for whom it may be: a class that comes in at once fetches a quarter of the bytes.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

interface StaticFile {
  body: Buffer;
  headers: Record<string, string>;
  /** Made when it is first asked for; null: not worth it. */
  compressed?: StaticFile | null;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const;

/** Where a page's forms lead beside our own, and whose pages may show it in a frame. */
export interface Surroundings {
  formsTo?: string;
  framedBy?: readonly string[];
}

/** Nothing from elsewhere, and no inline script but those whose hashes are given. */
export function contentSecurityPolicy(html: string, { formsTo, framedBy = [] }: Surroundings = {}): string {
  const hashes = [...html.matchAll(INLINE_SCRIPT)].map(
    ([, script]) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    "default-src 'self'",
    `script-src 'self' ${[...new Set(hashes)].join(' ')}`.trim(),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    `form-action 'self' ${formsTo ?? ''}`.trim(),
    `frame-ancestors ${framedBy.length > 0 ? `'self' ${framedBy.join(' ')}` : "'none'"}`,
  ].join('; ');
}

const GZIP = /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?=,|$)/i;
export const takesGzip = (accepted: string | undefined): boolean => GZIP.test(accepted ?? '');

const TEXT = /^text\/|^application\/(json|manifest\+json)|\+xml/;
const LEAST_BYTES = 1024;

function compressedOf(file: StaticFile): StaticFile {
  if (file.compressed === undefined) file.compressed = compress(file);
  return file.compressed ?? file;
}

function compress({ body, headers }: StaticFile): StaticFile | null {
  if (body.length < LEAST_BYTES || !TEXT.test(headers['content-type'] ?? '')) return null;
  const zipped = gzipSync(body);
  return {
    body: zipped,
    headers: {
      ...headers,
      'content-encoding': 'gzip',
      'content-length': String(zipped.length),
      etag: `${headers.etag?.slice(0, -1)}-gzip"`,
    },
  };
}

/** What is served here beside the dashboard. */
const SERVERS_OWN = /^\/(?:api|healthz|readyz|metrics|socket\.io)(?:\/|$)/;

export class StaticFiles {
  private readonly files = new Map<string, StaticFile>();
  private isFramed = false;

  constructor(folder: string | undefined) {
    if (!folder || !existsSync(folder)) return;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) this.add(folder, join(entry.parentPath, entry.name));
    }
  }

  /** `/cluster` is `cluster.html` or `cluster/index.html`. False: there is no such file. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const path = (request.url ?? '/').split('?')[0].replace(/\/+$/, '');
    const found =
      this.files.get(path) ?? this.files.get(`${path}.html`) ?? this.files.get(`${path}/index.html`);
    const file = found ?? this.missingPage(path, request);
    if (!file) return false;
    const { headers, body } = takesGzip(request.headers['accept-encoding']) ? compressedOf(file) : file;
    const fresh = request.headers['if-none-match'] === headers.etag;
    const { 'x-frame-options': unframed, ...security } = SECURITY_HEADERS;
    // The older header knows no origins: where some may, the policy alone says which.
    if (this.isFramed) response.removeHeader('x-frame-options');
    else response.setHeader('x-frame-options', unframed);
    response.writeHead(!found ? 404 : fresh ? 304 : 200, { ...security, ...headers });
    response.end((found && fresh) || request.method === 'HEAD' ? undefined : body);
    return true;
  }

  /** Who reads pages is told by a page that there is none; programs and the API's own paths are told by the API. */
  private missingPage(path: string, { headers }: IncomingMessage): StaticFile | undefined {
    const isRead = /\btext\/html\b/i.test(headers.accept ?? '');
    return isRead && !SERVERS_OWN.test(path) ? this.files.get('/404.html') : undefined;
  }

  /** From now on these may show our pages in a frame. */
  framedBy(origins: readonly string[]): void {
    this.isFramed = origins.length > 0;
    for (const file of this.files.values()) {
      if (!('content-security-policy' in file.headers)) continue;
      const html = file.body.toString('utf8');
      file.headers['content-security-policy'] = contentSecurityPolicy(html, { framedBy: origins });
      file.compressed = undefined;
    }
  }

  private add(folder: string, path: string): void {
    const body = readFileSync(path);
    const url = `/${relative(folder, path).split(sep).map(encodeURIComponent).join('/')}`;
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    const forever = url.startsWith('/_next/static/');
    const headers: Record<string, string> = {
      'content-type': type,
      'content-length': String(body.length),
      vary: 'accept-encoding',
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      'cache-control': forever ? 'public, max-age=31536000, immutable' : 'no-cache',
    };
    if (extname(path) === '.html')
      headers['content-security-policy'] = contentSecurityPolicy(body.toString('utf8'));
    this.files.set(url, { body, headers });
  }
}
