/** The key by which platforms know this tool: made once, kept sealed. */
import { Inject, Injectable } from '@nestjs/common';
import type { Domain } from '@podlab/persistence';
import { calculateJwkThumbprint, exportJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { SecretBox } from '../tls/secret-box';
import { DOMAIN, SECRET_BOX } from '../tokens';

const NAME = 'lti-tool-key';
const MODULUS_BITS = 2048;
/** LTI asks for RS256 (1EdTech Security Framework 5.1.1). */
const ALGORITHM = 'RS256';
const ASSERTION_SECONDS = 300;

interface ToolKeyPair {
  id: string;
  private: KeyObject;
  public: JWK;
}

@Injectable()
export class ToolKey {
  private pair: Promise<ToolKeyPair> | undefined;

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(SECRET_BOX) private readonly box: SecretBox,
  ) {}

  async published(): Promise<{ keys: JWK[] }> {
    const { id, public: key } = await this.own();
    return { keys: [{ ...key, kid: id, alg: ALGORITHM, use: 'sig' }] };
  }

  async sign(claims: JWTPayload): Promise<string> {
    const { id, private: key } = await this.own();
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, kid: id, typ: 'JWT' })
      .setIssuedAt()
      .setExpirationTime(`${ASSERTION_SECONDS} s`)
      .sign(key);
  }

  private own(): Promise<ToolKeyPair> {
    this.pair ??= this.load().catch((error: unknown) => {
      this.pair = undefined;
      throw error;
    });
    return this.pair;
  }

  private async load(): Promise<ToolKeyPair> {
    const known = await this.domain.findSecret(NAME);
    const pem = known ? this.box.open(known.ciphertext) : await this.make();
    const key = createPrivateKey(pem);
    const jwk = await exportJWK(createPublicKey(key));
    return { id: await calculateJwkThumbprint(jwk), private: key, public: jwk };
  }

  private async make(): Promise<string> {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await this.domain.saveSecret({ name: NAME, ciphertext: this.box.seal(pem), created_at: Date.now() });
    return pem;
  }
}
