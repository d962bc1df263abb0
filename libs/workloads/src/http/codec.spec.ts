import fc from 'fast-check';
import { utf8Encode } from '@podlab/kernel';
import { encodeRequest, encodeResponse, readRequest, readResponse } from './codec';
import { decodeText, encodeText } from './text';

const token = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/)
  .filter((name) => !/^(content-length|transfer-encoding)$/i.test(name));
const value = fc.stringMatching(/^[!-~]{0,20}$/);
const headers = fc
  .uniqueArray(fc.tuple(token, value), { selector: ([name]) => name.toLowerCase(), maxLength: 6 })
  .map((pairs) => Object.fromEntries(pairs));

it('a request that is written is read again, whatever its body, in however many pieces', () => {
  fc.assert(
    fc.property(headers, fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(), (fields, body, cut) => {
      const text = decodeText(encodeRequest({ method: 'POST', target: '/a?b=c', headers: fields, body }));
      const part = text.slice(0, cut % text.length);
      expect(readRequest(part).kind).toBe('incomplete');
      const reading = readRequest(`${text}GET /next`);
      expect(reading).toMatchObject({
        kind: 'message',
        message: { method: 'POST', target: '/a?b=c', body },
        rest: 'GET /next',
      });
      expect(reading.kind === 'message' && { ...reading.message.headers }).toMatchObject(fields);
    }),
  );
});

it('text and its UTF-8 bytes are the same thing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 9_000 }), (text) => {
      expect(encodeText(text)).toEqual(utf8Encode(text));
      expect(decodeText(encodeText(text))).toBe(text);
    }),
  );
});

const RESPONSES: [title: string, text: string, closed: boolean, expected: object][] = [
  [
    'with a length',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokrest',
    false,
    { kind: 'message', message: { status: 200, reason: 'OK', body: 'ok' }, rest: 'rest' },
  ],
  ['that is short', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok', false, { kind: 'incomplete' }],
  [
    'in chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n',
    false,
    { kind: 'message', message: { body: 'abcde' }, rest: '' },
  ],
  ['without a length, open', 'HTTP/1.0 200 OK\r\n\r\nbody', false, { kind: 'incomplete' }],
  [
    'without a length, closed',
    'HTTP/1.0 200 OK\r\n\r\nbody',
    true,
    { kind: 'message', message: { body: 'body' } },
  ],
  [
    'that has no body',
    'HTTP/1.1 204 No Content\r\n\r\nnext',
    false,
    { kind: 'message', message: { body: '' }, rest: 'next' },
  ],
  ['that is none', 'SSH-2.0-OpenSSH\r\n\r\n', false, { kind: 'malformed' }],
  ['with a header that is none', 'HTTP/1.1 200 OK\r\nbroken\r\n\r\n', false, { kind: 'malformed' }],
  [
    'with a length that is none',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
    false,
    { kind: 'malformed' },
  ],
  ['with a head that never ends', 'x'.repeat(20_000), false, { kind: 'malformed' }],
];

it.each(RESPONSES)('a response %s', (_title, text, closed, expected) => {
  expect(readResponse(text, closed)).toMatchObject(expected);
});

it.each(['GET /', 'GET / HTTP/1.1 extra', 'HELLO'])('%j is no request line', (line) => {
  expect(readRequest(`${line}\r\n\r\n`)).toMatchObject({ kind: 'malformed' });
});

it('an answer to HEAD has the length and no body; header names cannot reach a prototype', () => {
  const text = decodeText(encodeResponse({ status: 200, reason: 'OK', headers: {}, body: 'four' }, 'HEAD'));
  expect(text).toBe('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n');
  const reading = readRequest('GET / HTTP/1.1\r\n__proto__: x\r\nconstructor: y\r\n\r\n');
  expect(reading.kind === 'message' && Object.entries(reading.message.headers)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});
