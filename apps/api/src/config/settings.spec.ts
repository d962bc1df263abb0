import { InvalidSettings, readSettings } from './settings';

it('has the defaults of the contract', () => {
  expect(readSettings({ PODLAB_HOST: '' })).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    kubePort: 6443,
    dataFolder: './data',
    roles: ['gateway', 'host', 'grader'],
    trustProxy: false,
    sleepAfterMs: 600_000,
  });
});

it.each([
  [{ PODLAB_PORT: '70000' }, /^PODLAB_PORT: /],
  [{ PODLAB_PUBLIC_URL: 'podlab.example' }, /^PODLAB_PUBLIC_URL: must be a URL without a path/],
  [{ PODLAB_PUBLIC_URL: 'https://podlab.example/x' }, /^PODLAB_PUBLIC_URL: must be a URL without a path/],
  [{ PODLAB_ROLES: 'cook' }, /^PODLAB_ROLES/],
  [{ PODLAB_ADMIN_TOKEN: 'short' }, /^PODLAB_ADMIN_TOKEN: /],
  [{ PODLAB_TLS_KEY: '/key' }, /^PODLAB_TLS_CERT and PODLAB_TLS_KEY: set both or neither$/],
  [
    { PODLAB_OIDC_ISSUER: 'https://school.example' },
    /^PODLAB_OIDC_ISSUER, _CLIENT_ID and .*: set all or none$/,
  ],
  [{ PODLAB_OIDC_ISSUER: 'http://school.example' }, /^PODLAB_OIDC_ISSUER: must be an https URL/],
  [{ PODLAB_OIDC_ISSUER: 'https://a', PODLAB_OIDC_CLIENT_ID: 'b' }, /set all or none$/],
  [{ PODLAB_INTERNAL_HOSTS: 'a b' }, /^PODLAB_INTERNAL_HOSTS: must be hosts with commas between/],
  [{ REDIS_URL: 'redis://x' }, /^REDIS_URL: REDIS_URL is not supported by this version: leave it unset$/],
])('refuses %j by name', (environment, words) => {
  expect(() => readSettings(environment as Record<string, string>)).toThrow(InvalidSettings);
  expect(() => readSettings(environment as Record<string, string>)).toThrow(words);
});
