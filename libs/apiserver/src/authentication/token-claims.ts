import type { Node, Pod, ServiceAccount } from '@podlab/api';
import { hex, sha256 } from '@podlab/kernel';

export const TOKEN_AUDIENCE = 'https://kubernetes.default.svc.cluster.local';
/** The lifetime that admission gives a pod's token. Models pkg/serviceaccount WarnOnlyBoundTokenExpirationPeriod. */
export const POD_TOKEN_SECONDS = 3607;
/** Such a token of a pod is good for a year, so that programs that read it once go on. Models ExpirationExtensionSeconds. */
const EXTENDED_SECONDS = 365 * 24 * 60 * 60;

interface Named {
  readonly name: string;
  readonly uid: string;
}

/** What a token of a service account says. Models k8s.io/kubernetes pkg/serviceaccount/claims.go Claims. */
export interface TokenClaims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti?: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly node?: Named;
    readonly pod?: Named;
    readonly serviceaccount: Named;
    readonly warnafter?: number;
  };
  readonly nbf: number;
  readonly sub: string;
}

export interface TokenTerms {
  readonly account: ServiceAccount;
  readonly audiences: readonly string[];
  /** When it is made, in ms since the Unix epoch. */
  readonly at: number;
  readonly seconds: number;
  /** What it dies with, beside its account. */
  readonly pod?: Pod;
  readonly node?: Node;
}

export function tokenClaims({ account, audiences, at, seconds, pod, node }: TokenTerms): TokenClaims {
  const { namespace = '', name } = account.metadata;
  const issued = Math.floor(at / 1000);
  const forApi = audiences.every((each) => each === TOKEN_AUDIENCE);
  const extended = pod !== undefined && seconds === POD_TOKEN_SECONDS && forApi;
  const subject = `system:serviceaccount:${namespace}:${name}`;
  return {
    aud: audiences,
    exp: issued + (extended ? EXTENDED_SECONDS : seconds),
    iat: issued,
    iss: TOKEN_AUDIENCE,
    jti: uuidOf(`${subject} ${pod?.metadata.uid ?? ''} ${audiences.join()} ${issued} ${seconds}`),
    'kubernetes.io': {
      namespace,
      ...(node && { node: named(node) }),
      ...(pod && { pod: named(pod) }),
      serviceaccount: named(account),
      ...(extended && { warnafter: issued + seconds }),
    },
    nbf: issued,
    sub: subject,
  };
}

const named = ({ metadata: { name, uid = '' } }: ServiceAccount | Pod | Node): Named => ({ name, uid });

/** An identifier that follows from what it is the name of. */
function uuidOf(text: string): string {
  const digits = hex(sha256(text));
  const [first, second, third, fourth] = [0, 8, 13, 17].map((at, index) =>
    digits.slice(at, at + [8, 4, 3, 3][index]),
  );
  return `${first}-${second}-4${third}-a${fourth}-${digits.slice(20, 32)}`;
}
