import { stringify } from 'yaml';

/** What kubectl reads: one cluster, one user, one context. */
export function kubeconfigText(values: {
  name: string;
  user: string;
  server: string;
  caPem: string;
  token: string;
}): string {
  const name = `podlab-${values.name}`;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server: values.server,
          'certificate-authority-data': Buffer.from(values.caPem).toString('base64'),
        },
      },
    ],
    users: [{ name: values.user, user: { token: values.token } }],
    contexts: [{ name, context: { cluster: name, user: values.user } }],
    'current-context': name,
  });
}
