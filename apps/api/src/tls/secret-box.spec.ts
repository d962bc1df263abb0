import { SecretBox } from './secret-box';

it('opens what it sealed, and only with the same secret and unchanged', () => {
  const sealed = new SecretBox('one').seal('the key 열쇠');
  expect(new SecretBox('one').open(sealed)).toBe('the key 열쇠');
  expect(new SecretBox('one').seal('the key 열쇠')).not.toBe(sealed);
  expect(() => new SecretBox('other').open(sealed)).toThrow(/unable to authenticate/);
  const bytes = Buffer.from(sealed, 'base64');
  bytes[bytes.length - 1] ^= 1;
  expect(() => new SecretBox('one').open(bytes.toString('base64'))).toThrow(/unable to authenticate/);
});
