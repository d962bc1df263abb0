// The two servers of `npm run bench:api`, each a process of its own on free ports, both with one certificate.
import { fork, spawn } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import 'reflect-metadata';
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { SERVER_ENVIRONMENT, SERVER_NODE_OPTIONS } from '../start/node-options.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const READY = /Dashboard and API\s+(\S+)\n\s+Kubernetes API\s+https:\/\/\S+?:(\d+)\//;

async function certificate() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=localhost',
      notBefore: new Date(Date.now() - 3_600_000),
      notAfter: new Date(Date.now() + 86_400_000),
      signingAlgorithm: algorithm,
      keys,
      extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
    },
    webcrypto,
  );
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { cert: made.toString('pem'), key };
}

/** Starts both; `podlab` and `bare` are targets of the load. */
export async function startServers() {
  const folder = mkdtempSync(join(tmpdir(), 'podlab-bench-'));
  const tls = await certificate();
  const [podlab, bare] = await Promise.all([startPodlab(folder, tls), startBare(tls)]);
  const stop = async () => {
    bare.child.disconnect();
    podlab.child.kill('SIGTERM');
    await once(podlab.child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { podlab, bare, stop };
}

async function startPodlab(folder, { cert, key }) {
  const files = { PODLAB_TLS_CERT: join(folder, 'cert.pem'), PODLAB_TLS_KEY: join(folder, 'key.pem') };
  writeFileSync(files.PODLAB_TLS_CERT, cert);
  writeFileSync(files.PODLAB_TLS_KEY, key);
  const main = process.env.PODLAB_BENCH_MAIN ?? here('../../dist/apps/api/main.mjs');
  const extra = (process.env.PODLAB_BENCH_NODE_OPTIONS ?? '').split(' ').filter(Boolean);
  const child = spawn(process.execPath, [...SERVER_NODE_OPTIONS, ...extra, main], {
    env: {
      PATH: process.env.PATH,
      ...SERVER_ENVIRONMENT,
      PODLAB_DATA: folder,
      PODLAB_PORT: '0',
      PODLAB_KUBE_PORT: '0',
      ...files,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => child.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
  let output = '';
  const ready = await new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout.on('data', (chunk) => {
      const found = READY.exec((output += chunk));
      if (found) resolve(found);
    });
  });
  const administrator = readFileSync(join(folder, 'admin-token'), 'utf8').trim();
  const { id, token } = await newCluster(ready[1], administrator);
  const target = { host: '127.0.0.1', port: ready[2], ca: cert, token, prefix: `/clusters/${id}` };
  return { child, ...target };
}

/** Its clock stands: what is measured is the API, as that of a kube-apiserver without controllers. */
async function newCluster(url, token) {
  const response = await fetch(`${url}/api/v1/clusters`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', seed: '1', nodes: 3, clock: { mode: 'paused', speed: 1 } }),
  });
  if (!response.ok) throw new Error(await response.text());
  const { id } = await response.json();
  const kubeconfig = await fetch(`${url}/api/v1/clusters/${id}/kubeconfig`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { id, token: /token: "?([^"\s]+)/.exec(await kubeconfig.text())[1] };
}

async function startBare({ cert, key }) {
  const child = fork(here('api-bare.mjs'), {
    env: { PATH: process.env.PATH, BENCH_TLS: JSON.stringify({ cert, key }) },
  });
  const [{ port }] = await once(child, 'message');
  const answerWith = async (answer) => {
    const told = once(child, 'message');
    child.send(answer);
    await told;
  };
  return { child, host: '127.0.0.1', port, ca: cert, token: 'none', prefix: '', answerWith };
}
