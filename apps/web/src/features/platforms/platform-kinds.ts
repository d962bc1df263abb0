import type { LtiPlatformCreateBody } from '@podlab/contracts';

export const PLATFORM_KINDS = ['moodle', 'canvas', 'other'] as const;
export type PlatformKind = (typeof PLATFORM_KINDS)[number];

export type PlatformAddresses = Pick<
  LtiPlatformCreateBody,
  'issuer' | 'authorization_url' | 'token_url' | 'jwks_url'
>;

const NONE: PlatformAddresses = { issuer: '', authorization_url: '', token_url: '', jwks_url: '' };

/**
 * Where a platform of this kind answers, given the address of the school's own site. Models moodle
 * mod/lti/{auth,token,certs}.php, and Canvas' own cloud (https://canvas.instructure.com), which one host serves for all.
 */
export function addressesOf(kind: PlatformKind, site: string): PlatformAddresses {
  const origin = site.trim().replace(/\/+$/, '');
  if (kind === 'canvas') {
    return {
      issuer: 'https://canvas.instructure.com',
      authorization_url: 'https://sso.canvaslms.com/api/lti/authorize_redirect',
      token_url: 'https://sso.canvaslms.com/login/oauth2/token',
      jwks_url: 'https://sso.canvaslms.com/api/lti/security/jwks',
    };
  }
  if (kind === 'other' || !/^https?:\/\/[^\s/]/.test(origin)) return NONE;
  return {
    issuer: origin,
    authorization_url: `${origin}/mod/lti/auth.php`,
    token_url: `${origin}/mod/lti/token.php`,
    jwks_url: `${origin}/mod/lti/certs.php`,
  };
}

/** The pages that may show this server in a frame: the school's own site. */
export function frameOriginsOf(site: string): string[] {
  const url = URL.parse(site.trim());
  return url && /^https?:$/.test(url.protocol) ? [url.origin] : [];
}
