// A real provider of OpenID Connect on loopback: says where it listens, then reads where its client is called back.
// Whoever gives a login at its page is that subject.
import Provider from 'oidc-provider';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const server = createServer((request, response) => handler(request, response));
let handler = (_, response) => response.writeHead(503).end();

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  createInterface({ input: process.stdin }).once('line', (redirect_uri) => {
    const provider = new Provider(issuer, {
      clients: [
        { client_id: 'podlab', client_secret: 'a secret of the client', redirect_uris: [redirect_uri] },
      ],
      cookies: { keys: ['a key of the provider'] },
      claims: { openid: ['sub'], profile: ['name'] },
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, name: `Name of ${sub}` }) }),
      features: { devInteractions: { enabled: true } },
    });
    handler = provider.callback();
    process.stdout.write('ready\n');
  });
  process.stdout.write(`${issuer}\n`);
});
