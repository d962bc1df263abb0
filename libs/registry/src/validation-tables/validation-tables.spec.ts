import { DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET } from './apps.table';
import { CRON_JOB, JOB } from './batch.table';
import { CONTAINERS } from './container.table';
import { AUTOSCALER } from './autoscaling.table';
import { DEFINITION, METADATA } from './definitions.table';
import { PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM, STORAGE_CLASS } from './storage.table';
import { CONFIG_MAP, NAMESPACE, NODE, SECRET } from './config.table';
import {
  LIMIT_RANGE,
  POD_DISRUPTION_BUDGET,
  PRIORITY_CLASS,
  RESOURCE_QUOTA,
  RUNTIME_CLASS,
} from './policy.table';
import { CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING } from './rbac.table';
import { ENDPOINTS, ENDPOINT_SLICE } from './endpoints.table';
import { INGRESS, INGRESS_CLASS, NETWORK_POLICY } from './networking.table';
import { POD } from './pod.table';
import { SERVICE } from './service.table';
import { TableApi, manifest, statusOf, ways, type Table } from './table';

const TABLES: Record<string, Table> = {
  Container: CONTAINERS,
  Pod: POD,
  Service: SERVICE,
  Deployment: DEPLOYMENT,
  ReplicaSet: REPLICA_SET,
  StatefulSet: STATEFUL_SET,
  DaemonSet: DAEMON_SET,
  Job: JOB,
  CronJob: CRON_JOB,
  NetworkPolicy: NETWORK_POLICY,
  Ingress: INGRESS,
  IngressClass: INGRESS_CLASS,
  Endpoints: ENDPOINTS,
  EndpointSlice: ENDPOINT_SLICE,
  PodDisruptionBudget: POD_DISRUPTION_BUDGET,
  ResourceQuota: RESOURCE_QUOTA,
  LimitRange: LIMIT_RANGE,
  PriorityClass: PRIORITY_CLASS,
  RuntimeClass: RUNTIME_CLASS,
  Role: ROLE,
  ClusterRole: CLUSTER_ROLE,
  RoleBinding: ROLE_BINDING,
  ClusterRoleBinding: CLUSTER_ROLE_BINDING,
  ConfigMap: CONFIG_MAP,
  Secret: SECRET,
  Namespace: NAMESPACE,
  Node: NODE,
  PersistentVolume: PERSISTENT_VOLUME,
  PersistentVolumeClaim: PERSISTENT_VOLUME_CLAIM,
  StorageClass: STORAGE_CLASS,
  HorizontalPodAutoscaler: AUTOSCALER,
  CustomResourceDefinition: DEFINITION,
  metadata: METADATA,
};
const ALL = Object.entries(TABLES).flatMap(([name, table]) =>
  table.rows.map((row) => [`${name}: ${row.cites}`, table, row] as const),
);

test.each(ALL)('%s', (_, table, row) => {
  const api = new TableApi();
  if (row.before) {
    const { status, body } = api.send('POST', table.url, manifest(table, row.before));
    expect([status, status === 201 || body]).toEqual([201, true]);
  }
  for (const [way, send] of ways(table, row)) {
    const revision = api.revision;
    const { status, body } = send(api);
    if (row.accepted) {
      expect([way, body]).toMatchObject([way, row.accepted]);
      expect(status).toBeLessThan(300);
      continue;
    }
    expect([way, body]).toEqual([way, statusOf(row, manifest(table, { ...row.before, ...row.change }))]);
    expect([way, status, api.revision]).toEqual([way, (body as { code?: unknown }).code, revision]);
  }
});

test('more than 250 of them cite a test of upstream, and the others a rule that upstream does not test', () => {
  const OF_A_TEST = /(^| )Test[A-Z][A-Za-z]+/;
  const OF_A_RULE = /^validation\.go [vV]alidate[A-Za-z]+: /;
  const refused = ALL.filter(([, , row]) => !row.accepted);
  expect(refused.filter(([, , row]) => OF_A_TEST.test(row.cites)).length).toBeGreaterThan(250);
  expect(new Set(ALL.map(([name]) => name)).size).toBe(ALL.length);
  for (const [, table, row] of ALL) {
    expect(table.source).toMatch(/_test\.go$/);
    if (!OF_A_TEST.test(row.cites)) expect(row.cites).toMatch(OF_A_RULE);
  }
});
