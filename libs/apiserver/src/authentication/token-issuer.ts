import {
  base64Decode,
  base64Encode,
  publicP256,
  rfc3339,
  sha256,
  signP256,
  utf8Decode,
  utf8Encode,
} from '@podlab/kernel';
import type { ShownToken } from '../endpoints/shown-token';
import type { TokenClaims } from './token-claims';

/** What stands before an uncompressed point of P-256 in a SubjectPublicKeyInfo. */
const KEY_INFO_START = Uint8Array.of(
  ...[0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
  ...[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00],
);

/**
 * Signs tokens of service accounts with a cluster's key, and knows its own again: as the same claims are always signed
 * with the same bytes, a good signature is the one that it would write.
 */
export class TokenIssuer {
  private header: string | undefined;
  /** What was signed last, which is what a script shows next. */
  private last: { readonly unsigned: string; readonly token: string } | undefined;

  /** `key` is asked for when there is something to sign: most clusters never have anything. */
  constructor(private readonly key: () => Uint8Array) {}

  sign(claims: TokenClaims): string {
    return this.signed(`${this.ownHeader()}.${encodePart(claims)}`);
  }

  /** What a token says that this one signed; undefined for any other text. */
  shown(bearer: string): Required<ShownToken> | undefined {
    const unsigned = bearer.slice(0, Math.max(0, bearer.lastIndexOf('.')));
    const [header, payload, ...more] = unsigned.split('.');
    if (header !== this.ownHeader() || payload === undefined || more.length > 0) return undefined;
    if (this.signed(unsigned) !== bearer) return undefined;
    const claims = decodePart(payload) as TokenClaims;
    return { user: tokenUser(claims), audiences: claims.aud };
  }

  private signed(unsigned: string): string {
    if (this.last?.unsigned !== unsigned) {
      this.last = { unsigned, token: `${unsigned}.${urlBase64(signP256(this.key(), unsigned))}` };
    }
    return this.last.token;
  }

  /** Models k8s.io/kubernetes pkg/serviceaccount/jwt.go keyIDFromPublicKey. */
  private ownHeader(): string {
    if (this.header === undefined) {
      const info = Uint8Array.of(...KEY_INFO_START, ...publicP256(this.key()));
      this.header = encodePart({ alg: 'ES256', kid: urlBase64(sha256(info)) });
    }
    return this.header;
  }
}

const EXTRA = 'authentication.kubernetes.io';
/** What a token's user has in `extra` of the pod that it is bound to. */
export const POD_UID_EXTRA = `${EXTRA}/pod-uid`;
export const POD_NAME_EXTRA = `${EXTRA}/pod-name`;

/** Whom claims name. Models k8s.io/kubernetes pkg/serviceaccount/util.go ServiceAccountInfo UserInfo. */
export function tokenUser({ sub, exp, jti, 'kubernetes.io': bound }: TokenClaims): ShownToken['user'] {
  const { namespace, serviceaccount, pod, node } = bound;
  const extra = {
    ...(jti && { [`${EXTRA}/credential-id`]: [`JTI=${jti}`] }),
    ...(node && { [`${EXTRA}/node-name`]: [node.name], [`${EXTRA}/node-uid`]: [node.uid] }),
    ...(pod && { [POD_NAME_EXTRA]: [pod.name], [POD_UID_EXTRA]: [pod.uid] }),
  };
  return {
    name: sub,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    uid: serviceaccount.uid,
    ...(Object.keys(extra).length > 0 && { extra }),
    token_expires: rfc3339(exp * 1000),
  };
}

const encodePart = (part: object): string => urlBase64(utf8Encode(JSON.stringify(part)));

function decodePart(part: string): unknown {
  const text = part.replace(/-/g, '+').replace(/_/g, '/');
  const bytes = base64Decode(text.padEnd(Math.ceil(text.length / 4) * 4, '='));
  return JSON.parse(utf8Decode(bytes ?? new Uint8Array()));
}

const urlBase64 = (bytes: Uint8Array): string =>
  base64Encode(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
