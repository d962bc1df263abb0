import type {
  ApplyAnswer,
  Clock,
  ClockChange,
  ClockMoved,
  CloudSettings,
  Cluster,
  ClusterCreateBody,
  ConnectivityAnswer,
  RequestSource,
  ExecAnswer,
  ExecRequestBody,
  Fault,
  FaultCreateBody,
  NodeRules,
  NodeTableName,
  Page,
  ProxyMode,
  Request,
  RequestAnswer,
  SendRequestBody,
  Session,
} from '@podlab/contracts';
import { allPages } from './all-pages';
import { callJson, callText } from './http';

const root = '/api/v1';
const clusterPath = (cluster: string) => `${root}/clusters/${encodeURIComponent(cluster)}`;

/** The REST API of the contract, one function a call. */
export const podlabApi = {
  session: () => callJson<Session>(`${root}/auth/session`),
  signIn: (credential: { code: string } | { token: string }) =>
    callJson<Session>(`${root}/auth/sign-in`, { method: 'POST', json: credential }),
  signOut: () => callJson<void>(`${root}/auth/sign-out`, { method: 'POST', json: {} }),

  /** One's own; `*`: everybody's, for the administrator. */
  clusters: (owner?: '*') =>
    allPages<Cluster>(`${root}/clusters${owner === undefined ? '' : `?owner=${owner}`}`),
  cluster: (id: string) => callJson<Cluster>(clusterPath(id)),
  createCluster: (body: ClusterCreateBody, idempotencyKey: string) =>
    callJson<Cluster>(`${root}/clusters`, { method: 'POST', json: body, idempotencyKey }),
  deleteCluster: (id: string) => callJson<void>(clusterPath(id), { method: 'DELETE' }),
  kubeconfig: (id: string) =>
    callText(`${clusterPath(id)}/kubeconfig`, { accept: 'application/yaml, */*;q=0.5' }),

  clock: (id: string) => callJson<Clock>(`${clusterPath(id)}/clock`),
  setClock: (id: string, change: ClockChange) =>
    callJson<Clock>(`${clusterPath(id)}/clock`, { method: 'PUT', json: change }),
  stepClock: (id: string) =>
    callJson<ClockMoved>(`${clusterPath(id)}/clock/step`, { method: 'POST', json: {} }),
  advanceClock: (id: string, ms: number) =>
    callJson<ClockMoved>(`${clusterPath(id)}/clock/advance`, { method: 'POST', json: { ms } }),

  setCloud: (id: string, cloud: Partial<CloudSettings>) =>
    callJson<CloudSettings>(`${clusterPath(id)}/cloud`, { method: 'PUT', json: cloud }),

  faults: (id: string) => callJson<Page<Fault>>(`${clusterPath(id)}/faults?limit=50`),
  createFault: (id: string, fault: FaultCreateBody) =>
    callJson<Fault>(`${clusterPath(id)}/faults`, { method: 'POST', json: fault }),
  deleteFault: (id: string, fault: string) =>
    callJson<void>(`${clusterPath(id)}/faults/${encodeURIComponent(fault)}`, { method: 'DELETE' }),

  send: (id: string, body: SendRequestBody) =>
    callJson<RequestAnswer>(`${clusterPath(id)}/requests`, { method: 'POST', json: body }),
  requests: (id: string) => callJson<Page<Request>>(`${clusterPath(id)}/requests?limit=50`),
  request: (id: string, request: string) =>
    callJson<Request>(`${clusterPath(id)}/requests/${encodeURIComponent(request)}`),

  /** Every sender to every target, one connection each, at one moment. */
  connectivity: (id: string, body: { from: readonly RequestSource[]; to: readonly string[] }) =>
    callJson<ConnectivityAnswer>(`${clusterPath(id)}/connectivity`, { method: 'POST', json: body }),

  exec: (id: string, body: ExecRequestBody) =>
    callJson<ExecAnswer>(`${clusterPath(id)}/exec`, { method: 'POST', json: body }),

  nodeTable: (id: string, node: string, table: NodeTableName) =>
    callText(`${clusterPath(id)}/nodes/${encodeURIComponent(node)}/${table}`, { accept: 'text/plain' }),
  /** What kube-proxy would write in a mode, whatever the cluster's own is. */
  nodeRules: (id: string, node: string, mode: ProxyMode) =>
    callJson<NodeRules>(`${clusterPath(id)}/nodes/${encodeURIComponent(node)}/rules?mode=${mode}`),

  apply: (id: string, yaml: string) =>
    callJson<ApplyAnswer>(`${clusterPath(id)}/apply`, {
      method: 'POST',
      text: yaml,
      contentType: 'application/yaml',
    }),
};
