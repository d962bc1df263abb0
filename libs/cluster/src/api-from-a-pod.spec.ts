/** A pod speaks to the API server: its account's token, the authority that it trusts, and what RBAC lets it do. */
import type { Node } from '@podlab/api';
import { ExecRequest } from '@podlab/contracts';
import { createCluster, restoreCluster, type Cluster } from './cluster';
import type { LogEntry } from './log-entry';
import { call, CLIENT, clusterConfig, deployment, lab, settle } from './test-support';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const API = 'https://kubernetes.default.svc';
const PODS = `${API}/api/v1/namespaces/lab06/pods`;
const AUTHORIZED = `-H "Authorization: Bearer $(cat ${ACCOUNT}/token)"`;
const CURL = `curl -sS --cacert ${ACCOUNT}/ca.crt ${AUTHORIZED}`;

/** Runs a script in a container to its end in virtual time. */
function shell(cluster: Cluster, script: string, name: string = CLIENT.name) {
  const target = { ...CLIENT, name };
  const { id } = cluster.exec(ExecRequest.parse({ target, command: ['sh', '-c', script], stdin: '' }));
  const requests = cluster.takeExecRequests(id);
  for (let s = 0; s < 60 && cluster.execSession(id)?.exit_code === undefined; s++)
    cluster.runUntil(cluster.now() + 1_000, 1_000_000);
  const { stdout = '', stderr = '', exit_code } = cluster.execSession(id) ?? {};
  cluster.endExec(id);
  return { stdout, stderr, exit_code, requests };
}

function allow(cluster: Cluster, ...verbs: string[]) {
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/lab06';
  const group = 'rbac.authorization.k8s.io';
  const rules = [{ apiGroups: ['', 'apps'], resources: ['pods', 'configmaps', 'deployments'], verbs }];
  call(cluster, 'POST', `${rbac}/roles`, { metadata: { name: 'able' }, rules });
  call(cluster, 'POST', `${rbac}/rolebindings`, {
    metadata: { name: 'able' },
    roleRef: { apiGroup: group, kind: 'Role', name: 'able' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'lab06' }],
  });
}

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()) as Record<string, never>;

const bare = {
  kind: 'Pod',
  metadata: { name: 'bare', namespace: 'lab06' },
  spec: {
    automountServiceAccountToken: false,
    containers: [{ name: 'main', image: 'busybox:1.37', command: ['sleep', 'infinity'] }],
  },
};

describe('a pod and the API server', () => {
  let cluster: Cluster;
  beforeAll(() => {
    cluster = lab([deployment('web'), bare]);
  });

  it('has what its account needs, and can write nothing of it', () => {
    const { stdout } = shell(
      cluster,
      `ls ${ACCOUNT}; cat ${ACCOUNT}/namespace; echo; head -1 ${ACCOUNT}/ca.crt`,
    );
    expect(stdout).toBe('ca.crt\nnamespace\ntoken\nlab06\n-----BEGIN CERTIFICATE-----\n');
    const written = shell(cluster, `echo x > ${ACCOUNT}/token`);
    expect([written.exit_code, written.stderr]).toEqual([
      1,
      expect.stringContaining('Read-only file system'),
    ]);
    expect(shell(cluster, `ls ${ACCOUNT}`, 'bare').stderr).toContain('No such file or directory');
  });

  it('has a token that names its pod, its node and its account, and is good for a year', () => {
    const claims = claimsOf(shell(cluster, `cat ${ACCOUNT}/token`).stdout);
    const pod = call(cluster, 'GET', '/api/v1/namespaces/lab06/pods/client', undefined) as never as {
      metadata: { uid: string };
      spec: { nodeName: string };
    };
    expect(claims).toMatchObject({
      aud: ['https://kubernetes.default.svc.cluster.local'],
      iss: 'https://kubernetes.default.svc.cluster.local',
      sub: 'system:serviceaccount:lab06:default',
      'kubernetes.io': {
        namespace: 'lab06',
        node: { name: pod.spec.nodeName },
        pod: { name: 'client', uid: pod.metadata.uid },
        serviceaccount: { name: 'default' },
        warnafter: Number(claims['iat']) + 3607,
      },
    });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(365 * 86_400);
  });

  it.each([
    [
      'trusts nobody without an authority',
      `curl ${AUTHORIZED} -sS ${PODS}`,
      60,
      'unable to get local issuer certificate',
    ],
    [
      'wants the name that it asks for',
      `${CURL} --resolve other:443:10.96.0.1 https://other/`,
      60,
      "target hostname 'other'",
    ],
    [
      'says that a file is none',
      `curl --cacert /etc/hosts ${PODS}`,
      77,
      'error adding trust anchors from file: /etc/hosts',
    ],
    ['speaks no TLS with who speaks none', 'curl -sS https://$(hostname -i):9', 7, 'Could not connect'],
  ])('curl %s', (_rule, script, exit_code, message) => {
    expect(shell(cluster, script)).toMatchObject({ exit_code, stderr: expect.stringContaining(message) });
  });

  it.each([
    ['nobody', `curl -sk ${API}/api`, 403, 'forbidden: User "system:anonymous" cannot get path "/api"'],
    ['anybody, its version', `curl -sk ${API}/version`, undefined, undefined],
    ['who shows no good token', `curl -sk -H "Authorization: Bearer a.b.c" ${PODS}`, 401, 'Unauthorized'],
    [
      'an account without rights',
      `${CURL} ${PODS}`,
      403,
      'pods is forbidden: User "system:serviceaccount:lab06:default" cannot list resource "pods" in API group "" in the namespace "lab06"',
    ],
    [
      'who asks for a stream',
      `${CURL} ${PODS}/client/exec?command=ls`,
      403,
      expect.stringContaining('cannot'),
    ],
  ])('answers %s', (_who, script, code, message) => {
    const { stdout, exit_code } = shell(cluster, script);
    expect(exit_code).toBe(0);
    if (code === undefined) expect(JSON.parse(stdout)).toHaveProperty('gitVersion');
    else expect(JSON.parse(stdout)).toMatchObject({ kind: 'Status', code, message });
  });

  it('is reached through its Service, and the way is told', () => {
    const { requests } = shell(cluster, `${CURL} ${PODS}`);
    const [{ disposition, response, to, trace }] = requests as never as {
      disposition: string;
      to: string;
      response: { status: number };
      trace: unknown;
    }[];
    expect([disposition, response.status]).toEqual(['Delivered', 403]);
    expect(to).toBe(PODS.replace('svc/', 'svc:443/'));
    expect(JSON.stringify(trace)).toContain('172.18.0.2:6443');
  });

  it('says so where plain HTTP is spoken', () => {
    const { stdout } = shell(cluster, 'curl -s http://kubernetes.default.svc:443/');
    expect(stdout).toContain('Client sent an HTTP request to an HTTPS server.');
  });

  it('sees nodes with their images, identifiers of their own, and the kernel that it runs on', () => {
    const { items } = call(cluster, 'GET', '/api/v1/nodes', undefined) as never as { items: Node[] };
    const nodes = items.map(({ status }) => status);
    const images = nodes.flatMap((status) => status?.images ?? []);
    const nginx = images.find(({ names }) => names?.includes('docker.io/library/nginx:1.27'));
    expect(nginx?.names?.[0]).toMatch(/^docker.io\/library\/nginx@sha256:/);
    expect(nginx?.sizeBytes).toBeGreaterThan(70_000_000);
    const infos = nodes.flatMap((status) => (status?.nodeInfo ? [status.nodeInfo] : []));
    const ids = infos.flatMap(({ machineID, systemUUID, bootID }) => [machineID, systemUUID, bootID]);
    expect(new Set(ids).size).toBe(9);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(shell(cluster, 'uname -r').stdout).toBe(`${infos[0].kernelVersion}\n`);
  });

  it('busybox wget takes any certificate', () => {
    const { stderr, exit_code } = shell(cluster, `wget -O - ${API}/version`, 'bare');
    expect([exit_code, stderr]).toEqual([
      0,
      expect.stringContaining('TLS certificate validation not implemented'),
    ]);
  });
});

describe('an account with rights', () => {
  const made = () => {
    const cluster = lab([deployment('web')]);
    allow(cluster, 'get', 'list', 'watch', 'create', 'patch', 'delete');
    return cluster;
  };

  it('lists, creates, patches and deletes as any client', () => {
    const cluster = made();
    const names = `${CURL} ${PODS} | grep '"name": "c' | head -1`;
    const listed = JSON.parse(shell(cluster, `${CURL} ${PODS}`).stdout) as {
      items: { metadata: { name: string } }[];
    };
    expect(listed.items.map(({ metadata }) => metadata.name)).toContain('client');
    expect(shell(cluster, names).exit_code).toBeDefined();
    const maps = `${API}/api/v1/namespaces/lab06/configmaps`;
    const body = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'mine' },
      data: { a: '1' },
    });
    const created = shell(cluster, `${CURL} -i -H 'Content-Type: application/json' -d '${body}' ${maps}`);
    expect(created.stdout).toContain('HTTP/1.1 201 Created');
    const scaled = shell(
      cluster,
      `${CURL} -X PATCH -H 'Content-Type: application/merge-patch+json' -d '{"spec":{"replicas":3}}' ${API}/apis/apps/v1/namespaces/lab06/deployments/web`,
    );
    expect(JSON.parse(scaled.stdout)).toMatchObject({ spec: { replicas: 3 } });
    settle(cluster);
    expect(cluster.list('pods', 'lab06')).toHaveLength(4);
    expect(JSON.parse(shell(cluster, `${CURL} -X DELETE ${maps}/mine`).stdout)).toMatchObject({
      status: 'Success',
    });
    const events = shell(cluster, `${CURL} '${PODS}?watch=1'`).stdout.trim().split('\n');
    expect(events.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(Array(4).fill('ADDED'));
  });

  it('can delete the very pod that asks, at once: nothing breaks', () => {
    const cluster = made();
    const body = '{"gracePeriodSeconds":0}';
    shell(
      cluster,
      `${CURL} -X DELETE -H 'Content-Type: application/json' -d '${body}' ${PODS}/client; echo on`,
    );
    settle(cluster);
    expect(cluster.list('pods', 'lab06').map(({ metadata }) => metadata.name)).not.toContain('client');
    const [web] = cluster.list('pods', 'lab06');
    expect(shell(cluster, 'hostname', web.metadata.name).stdout).toBe(`${web.metadata.name}\n`);
  });

  it('is lived through again, byte for byte, whatever its pods wrote', () => {
    const cluster = made();
    const checkpoint = cluster.checkpoint();
    const entries: LogEntry[] = [];
    const stop = cluster.onEntry((entry) => entries.push(entry));
    const token = `$(cat ${ACCOUNT}/token)`;
    const body = `{\\"apiVersion\\":\\"v1\\",\\"kind\\":\\"ConfigMap\\",\\"metadata\\":{\\"name\\":\\"mine\\"},\\"data\\":{\\"t\\":\\"${token}\\"}}`;
    const maps = `${API}/api/v1/namespaces/lab06/configmaps`;
    expect(
      shell(cluster, `${CURL} -H 'Content-Type: application/json' -d "${body}" ${maps}`).stdout,
    ).toContain('mine');
    settle(cluster);
    stop();
    const again = restoreCluster(checkpoint);
    again.replay(entries);
    while (again.now() < cluster.now() && again.nextDueAt() !== undefined)
      again.runUntil(cluster.now(), 1_000_000);
    expect(again.hash()).toBe(cluster.hash());
  });

  it('has a token that dies with its pod and grows young with time', () => {
    const cluster = made();
    const token = shell(cluster, `cat ${ACCOUNT}/token`).stdout;
    cluster.runUntil(cluster.now() + 3_000_000, 1_000_000);
    const next = shell(cluster, `cat ${ACCOUNT}/token`).stdout;
    expect(Number(claimsOf(next)['iat']) - Number(claimsOf(token)['iat'])).toBe(2885);
    const [web] = cluster.list('pods', 'lab06').filter(({ metadata }) => metadata.name.startsWith('web'));
    const ask = `curl -sk -o /dev/null -w '%{http_code}' -H "Authorization: Bearer ${token}" ${PODS}`;
    expect(shell(cluster, ask, web.metadata.name).stdout).toBe('200');
    call(cluster, 'DELETE', '/api/v1/namespaces/lab06/pods/client', { gracePeriodSeconds: 0 });
    settle(cluster);
    expect(shell(cluster, ask, web.metadata.name).stdout).toBe('401');
  });

  it('a fork signs with a key of its own', () => {
    const token_key = '11'.repeat(32);
    const cluster = lab([], undefined, createCluster({ ...clusterConfig(), token_key }));
    const token = shell(cluster, `cat ${ACCOUNT}/token`).stdout;
    const fork = cluster.fork('other');
    expect(shell(fork, `cat ${ACCOUNT}/token`).stdout.split('.')[0]).not.toBe(token.split('.')[0]);
    expect(fork.config.token_key).toBeUndefined();
  });
});

describe('a path of the node', () => {
  const mounting = (name: string, path: string, nodeName: string) => ({
    kind: 'Pod',
    metadata: { name, namespace: 'lab06' },
    spec: {
      nodeName,
      volumes: [{ name: 'of-node', hostPath: { path } }],
      containers: [
        {
          name: 'main',
          image: 'busybox:1.37',
          command: ['sleep', 'infinity'],
          volumeMounts: [{ name: 'of-node', mountPath: '/host' }],
        },
      ],
    },
  });

  it('shows what the node has, and what another of its pods wrote there', () => {
    const cluster = lab([
      mounting('root', '/', 'node-a'),
      mounting('data', '/srv/data', 'node-a'),
      mounting('elsewhere', '/srv/data', 'node-b'),
    ]);
    expect(shell(cluster, 'cat /host/etc/hostname', 'root').stdout).toBe('node-a\n');
    expect(shell(cluster, 'ls /host/etc/kubernetes', 'root').stdout).toBe('kubelet.conf\npki\n');
    expect(shell(cluster, 'ls /host/var/log/pods', 'root').stdout).toContain('lab06_data_');
    expect(shell(cluster, 'cat /host/proc/version', 'root').stdout).toContain('Linux version 6.12');
    expect(shell(cluster, 'echo kept > /host/note', 'data').exit_code).toBe(0);
    expect(shell(cluster, 'cat /host/srv/data/note', 'root').stdout).toBe('kept\n');
    expect(shell(cluster, 'ls /host', 'elsewhere').stdout).toBe('');
    const target = { kind: 'Node', name: 'node-a' };
    const { id } = cluster.exec(ExecRequest.parse({ target, command: ['cat', '/srv/data/note'], stdin: '' }));
    expect(cluster.execSession(id)?.stdout).toBe('kept\n');
    call(cluster, 'DELETE', '/api/v1/namespaces/lab06/pods/data', { gracePeriodSeconds: 0 });
    settle(cluster);
    expect(shell(restoreCluster(cluster.checkpoint()), 'cat /host/srv/data/note', 'root').stdout).toBe(
      'kept\n',
    );
  });
});
