import { generateKeyPairSync } from 'node:crypto';
import type { ServiceAccountKeys } from './service-account-keys';
import { ServiceAccountTokens } from './service-account-tokens';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keys = { of: () => ({ id: 'k', private: privateKey, public: publicKey, published: {} }) };
const tokens = new ServiceAccountTokens(keys as unknown as ServiceAccountKeys);

const NAMESPACE = '/api/v1/namespaces/default';
const unsigned = Buffer.from(JSON.stringify({ status: { token: 'x.e30.y' } }));
const answer = { kind: 'answer' as const, status: 201, headers: {}, body: unsigned, resourceVersion: 1 };

it.each([
  [`${NAMESPACE}/serviceaccounts/robot/token`, true],
  [`${NAMESPACE}/serviceaccounts/robot/token/`, true],
  [`${NAMESPACE}/pods/forger:5678/proxy/serviceaccounts/robot/token`, false],
  [`${NAMESPACE}/services/forger/proxy/api/v1/namespaces/default/serviceaccounts/robot/token`, false],
  ['/api/v1/nodes/worker/proxy/serviceaccounts/robot/token', false],
])('what %s answers is signed: %s', (path, isSigned) => {
  const { answer: signed, token } = tokens.signed('c', path, answer);
  expect(Buffer.from(signed.body).equals(unsigned)).toBe(!isSigned);
  expect(token !== undefined).toBe(isSigned);
});
