/** The authority that signs the certificate of the Kubernetes port; kubeconfigs carry its certificate. */
import 'reflect-metadata';
import { isIP } from 'node:net';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Domain } from '@podlab/persistence';
import { SecretBox } from './secret-box';

type CryptoKey = webcrypto.CryptoKey;

export interface KeyPair {
  certificatePem: string;
  keyPem: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const AUTHORITY_DAYS = 3650;
const LEAF_DAYS = 397;
const SECRET_NAME = 'certificate-authority';

/** The authority of this data folder, made and stored (encrypted) on first use. */
export async function certificateAuthority(domain: Domain, box: SecretBox): Promise<KeyPair> {
  cryptoProvider.set(webcrypto as never);
  const stored = await domain.findSecret(SECRET_NAME);
  if (stored) return openStored(box, stored.ciphertext);
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Podlab certificate authority',
    ...validity(AUTHORITY_DAYS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const made = { certificatePem: certificate.toString('pem'), keyPem: await keyPem(keys.privateKey) };
  const ciphertext = box.seal(JSON.stringify(made));
  await domain.saveSecret({ name: SECRET_NAME, ciphertext, created_at: Date.now() });
  return made;
}

function openStored(box: SecretBox, ciphertext: string): KeyPair {
  try {
    return JSON.parse(box.open(ciphertext)) as KeyPair;
  } catch {
    throw new Error(
      'PODLAB_SECRET does not open the certificate authority in the database: it was another one before',
    );
  }
}

/** A server certificate for these names and addresses. */
export async function serverCertificate(authority: KeyPair, names: readonly string[]): Promise<KeyPair> {
  const keys = await newKeys();
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    PemConverter.decodeFirst(authority.keyPem),
    ALGORITHM,
    false,
    ['sign'],
  );
  const certificate = await X509CertificateGenerator.create({
    serialNumber: Date.now().toString(16).padStart(12, '0'),
    subject: 'CN=Podlab Kubernetes API',
    issuer: new X509Certificate(authority.certificatePem).subject,
    ...validity(LEAF_DAYS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey as never,
    signingKey: signingKey as never,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        [...new Set(names)].map((name) => ({
          type: isIP(name) ? ('ip' as const) : ('dns' as const),
          value: name,
        })),
      ),
    ],
  });
  return { certificatePem: certificate.toString('pem'), keyPem: await keyPem(keys.privateKey) };
}

const newKeys = async () =>
  (await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;

const keyPem = async (key: CryptoKey): Promise<string> =>
  PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

const validity = (days: number) => ({
  notBefore: new Date(Date.now() - 3_600_000),
  notAfter: new Date(Date.now() + days * 86_400_000),
});
