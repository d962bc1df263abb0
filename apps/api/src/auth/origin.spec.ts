import { fromOwnOrigin } from './origin';

const own = 'https://podlab.example';
const host = '127.0.0.1:3000';

it.each([
  ['GET', {}, false, true],
  ['HEAD', { origin: 'https://elsewhere.example' }, false, true],
  ['POST', {}, false, false],
  ['POST', { origin: 'null' }, false, false],
  ['POST', { origin: 'https://elsewhere.example' }, false, false],
  ['POST', { origin: `http://${host}.elsewhere.example` }, false, false],
  ['POST', { origin: own }, false, true],
  ['DELETE', { origin: `http://${host}` }, false, true],
  ['DELETE', { authorization: 'Bearer x' }, false, true],
  ['GET', {}, true, false],
  ['GET', { origin: `http://${host}` }, true, true],
])('%s with %j, upgrade %s: %s', (method, headers, upgrade, allowed) => {
  expect(fromOwnOrigin({ method, headers: { host, ...headers }, upgrade }, own)).toBe(allowed);
});
