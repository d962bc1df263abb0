import { endpointText, isLongAddress } from './endpoint-text';

it.each([
  ['10.96.0.10', 80, '10.96.0.10:80'],
  ['fd00:10:96::a', 80, '[fd00:10:96::a]:80'],
  ['10.96.0.10', undefined, '10.96.0.10'],
  ['fd00:10:96::a', undefined, 'fd00:10:96::a'],
])('%s and port %p are written %s', (address, port, text) => {
  expect(endpointText(address, port)).toBe(text);
});

it.each([
  ['255.255.255.255', false],
  ['255.255.255.255:65535', false],
  ['fd00:10:244::2', true],
  ['[fd00:10:96::a]:80', true],
])('%s is long: %p', (text, long) => {
  expect(isLongAddress(text)).toBe(long);
});
