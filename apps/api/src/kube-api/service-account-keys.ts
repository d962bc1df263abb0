import { Inject, Injectable } from '@nestjs/common';
import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { generatedFile } from '../config/generated-file';
import type { Settings } from '../config/settings';
import { SETTINGS } from '../tokens';

/** The order of the curve P-256: FIPS 186-5, SP 800-186 3.2.1.3. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const CURVE = 'prime256v1';
const COORDINATE_BYTES = 32;
/** 128 bits more than the order has, so that no key is likelier than another. */
const SEED_BYTES = 48;
/** Keys in memory; any other is derived again in less than a millisecond. */
const KEPT = 200;

export interface SigningKey {
  readonly id: string;
  /** The private number in hexadecimal, for the cluster that signs with it. */
  readonly scalar: string;
  readonly private: KeyObject;
  readonly public: KeyObject;
  /** As `/openid/v1/jwks` shows it. */
  readonly published: JsonWebKey & { readonly use: string; readonly kid: string; readonly alg: string };
}

/** A key of its own for every cluster, all of them from the server's one secret. */
@Injectable()
export class ServiceAccountKeys {
  private readonly kept = new Map<string, SigningKey>();

  private readonly secret: string;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.secret = settings.secret ?? generatedFile(settings.dataFolder, 'secret');
  }

  of(cluster: string): SigningKey {
    const known = this.kept.get(cluster) ?? this.derive(cluster);
    this.kept.delete(cluster);
    this.kept.set(cluster, known);
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT) this.kept.delete(oldest);
    return known;
  }

  private derive(cluster: string): SigningKey {
    const seed = Buffer.from(
      hkdfSync('sha256', this.secret, 'podlab', `service account tokens of ${cluster}`, SEED_BYTES),
    );
    const scalar = (BigInt(`0x${seed.toString('hex')}`) % (ORDER - 1n)) + 1n;
    const digits = scalar.toString(16).padStart(COORDINATE_BYTES * 2, '0');
    const d = Buffer.from(digits, 'hex');
    const curve = createECDH(CURVE);
    curve.setPrivateKey(d);
    // Uncompressed: a byte 4 and two coordinates.
    const point = curve.getPublicKey();
    const [x, y] = [point.subarray(1, 1 + COORDINATE_BYTES), point.subarray(1 + COORDINATE_BYTES)].map(
      encode,
    );
    const jwk = { kty: 'EC', crv: 'P-256', x, y };
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    const der = publicKey.export({ type: 'spki', format: 'der' });
    // Models k8s.io/kubernetes pkg/serviceaccount/jwt.go keyIDFromPublicKey.
    const id = createHash('sha256').update(der).digest('base64url');
    return {
      id,
      scalar: digits,
      private: createPrivateKey({ key: { ...jwk, d: encode(d) }, format: 'jwk' }),
      public: publicKey,
      published: { use: 'sig', kty: 'EC', kid: id, crv: 'P-256', alg: 'ES256', x, y },
    };
  }
}

const encode = (bytes: Buffer): string => bytes.toString('base64url');
