/** Every way into one cluster at once: what is asked anew each time, and what is held open. */
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { Client } from './client';
import { Listener } from './socket';

const NAMESPACE = '/api/v1/namespaces/default';
const POD = `${NAMESPACE}/pods/inside`;
const MARK = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mark' } });

/** The pod that the ways lead to. */
export const POD_INSIDE = `
apiVersion: v1
kind: Pod
metadata: {name: inside}
spec: {containers: [{name: main, image: "nginx:1.27"}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: all}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: default, namespace: default}]
`;

/** A token of the pod's account, asked for by `who`; of those that say the same there is but one. */
export async function accountToken(who: Client, cluster: string, seconds = 3600): Promise<string> {
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: seconds },
  };
  const path = `/clusters/${cluster}${NAMESPACE}/serviceaccounts/default/token`;
  return (await who.ok<{ status: { token: string } }>('POST', path, body)).status.token;
}

/** The token that the pod was given. */
export async function mountedToken(who: Client, cluster: string): Promise<string> {
  const file = '/var/run/secrets/kubernetes.io/serviceaccount/token';
  const target = { kind: 'Pod', namespace: 'default', name: 'inside' };
  const body = { target, command: ['cat', file] };
  return (await who.ok<{ stdout: string }>('POST', `/api/v1/clusters/${cluster}/exec`, body)).stdout;
}

/** What the pod itself is answered by the API server, with the token that it was given. */
export async function askedFromInside(who: Client, cluster: string): Promise<string> {
  const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
  const line = `curl -s --cacert ${folder}/ca.crt -H "Authorization: Bearer $(cat ${folder}/token)" https://kubernetes.default.svc${NAMESPACE}/pods/inside`;
  const target = { kind: 'Pod', namespace: 'default', name: 'inside' };
  const body = { target, command: ['sh', '-c', line] };
  return (await who.ok<{ stdout: string }>('POST', `/api/v1/clusters/${cluster}/exec`, body)).stdout;
}

export const bearing = ({ server }: Client, token: string): Client =>
  new Client(server, { authorization: `Bearer ${token}` });

/** Resolves when the server has let it begin: with what resolves when it has ended. */
type Opened = Promise<{ ended: Promise<unknown> }>;

function watch({ server, credentials }: Client, path: string): Opened {
  return new Promise((resolve, reject) => {
    request(`${server.url}${path}`, { headers: credentials, agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`));
      response.resume();
      resolve({ ended: new Promise((ended) => response.once('close', ended)) });
    })
      .on('error', (error) => reject(new Error(`${path}: ${error.message}`)))
      .end();
  });
}

function stream({ server, credentials }: Client, path: string): Opened {
  const url = `${server.kubeUrl.replace('https', 'wss')}${path}`;
  const options = { headers: credentials, rejectUnauthorized: false };
  const socket = new WebSocket(url, ['v5.channel.k8s.io', 'v4.channel.k8s.io'], options);
  return new Promise((resolve, reject) => {
    socket.on('error', (error) => reject(new Error(`${path}: ${error.message}`)));
    socket.on('open', () => resolve({ ended: new Promise((ended) => socket.once('close', ended)) }));
  });
}

async function listen({ server, credentials }: Client, cluster: string): Opened {
  const token = credentials.authorization?.replace('Bearer ', '');
  const options = token === undefined ? { extraHeaders: credentials } : { auth: { token } };
  const listener = await Listener.connect(server, options);
  await listener.subscribed({ cluster });
  return { ended: listener.hear('gone') };
}

/** Ways that are asked anew; each answers with its status. */
const writing = (who: Client, cluster: string) => async () =>
  (await who.call('POST', `/clusters/${cluster}${NAMESPACE}/configmaps?dryRun=All`, MARK)).status;

export interface WaysIn {
  asked: Record<string, () => Promise<number>>;
  held: Record<string, { ended: Promise<unknown> }>;
}

/** All ways that one credential opens, with all that can be got by it. */
export async function everyWayIn(who: Client, cluster: string, isKubeconfig: boolean): Promise<WaysIn> {
  const account = bearing(who, await accountToken(who, cluster));
  const ofAccount = bearing(who, await accountToken(account, cluster, 7200));
  const pod = bearing(who, await mountedToken(new Client(who.server), cluster));
  const path = (rest: string) => `/clusters/${cluster}${rest}`;
  const pods = path(`${NAMESPACE}/pods?watch=true`);
  const sh = path(`${POD}/exec?command=sh&stdin=true&stdout=true`);
  const rest = { mode: 'paused', speed: 1 };
  return {
    asked: {
      'Kubernetes API': writing(who, cluster),
      "an account's token": writing(account, cluster),
      "a token asked for with an account's": writing(ofAccount, cluster),
      "a pod's token": writing(pod, cluster),
      ...(!isKubeconfig && {
        REST: async () => (await who.call('PUT', `/api/v1/clusters/${cluster}/clock`, rest)).status,
      }),
    },
    held: {
      watch: await watch(who, pods),
      logs: await watch(who, path(`${POD}/log?follow=true`)),
      exec: await stream(who, sh),
      'port-forward': await stream(who, path(`${POD}/portforward?ports=80`)),
      'watch of an account': await watch(account, pods),
      'exec of an account': await stream(account, sh),
      'watch with a pod’s token': await watch(pod, pods),
      ...(!isKubeconfig && { 'Socket.IO': await listen(who, cluster) }),
    },
  };
}
