import type { ExecStreams } from './execs';
import type { ClusterQuotas, UserInfo } from '@podlab/apiserver';
import type {
  CloudSettings,
  ConnectivityRequest,
  ExecRequest,
  FaultCreate,
  SendRequest,
} from '@podlab/contracts';

/** Everything that can reach into a cluster from outside: logged, and enough to make its history again. */
export type Input =
  | KubeInput
  | { readonly kind: 'Send'; readonly request: SendRequest }
  /** A connection from each sender to each target. */
  | { readonly kind: 'Connectivity'; readonly request: ConnectivityRequest }
  | { readonly kind: 'Clock'; readonly mode: 'live' | 'paused'; readonly speed: number }
  /** Virtual time moved to `to_ms` (since the Unix epoch) when all that was due had run. */
  | { readonly kind: 'Advance'; readonly to_ms: number }
  /** One queue entry is handled. */
  | { readonly kind: 'Step' }
  | { readonly kind: 'Cloud'; readonly settings: CloudSettings }
  /** A command starts in a container or on a node; it goes on as virtual time does. */
  | { readonly kind: 'Exec'; readonly request: ExecRequest; readonly streams?: ExecStreams }
  /** The host lets the cluster have so much in all. */
  | { readonly kind: 'Quotas'; readonly quotas: ClusterQuotas }
  /** Somebody types into a command or a container's main process, ends its input, or presses ^C. */
  | ({ readonly kind: 'Type' } & Typed)
  /** A connection from outside into a pod, what goes through it, and its end. */
  | { readonly kind: 'Dial'; readonly namespace: string; readonly name: string; readonly port: number }
  | { readonly kind: 'Tunnel'; readonly tunnel: number; readonly data: string; readonly last: boolean }
  | { readonly kind: 'TunnelEnd'; readonly tunnel: number }
  /** Nobody waits for a command any more: what still runs of it is killed. */
  | { readonly kind: 'ExecEnd'; readonly session: number }
  /** Something breaks on purpose, and is mended before its time. */
  | { readonly kind: 'Fault'; readonly fault: FaultCreate }
  | { readonly kind: 'Heal'; readonly fault: string }
  /** The fault NodeDown in short: a node is cut off from everything, or comes back. */
  | { readonly kind: 'NodeDown'; readonly node: string; readonly down: boolean }
  /** Nobody looked for `gap_ms`: virtual time jumps over it and nothing happens in it. */
  | { readonly kind: 'Wake'; readonly gap_ms: number }
  /** The cluster is again as at the moment of a checkpoint; that is written out, since moments are forgotten. */
  | { readonly kind: 'Restore'; readonly state: string };

/** What somebody types; the text comes before the rest. */
export interface Typed {
  readonly to: { readonly session: number } | { readonly container: string };
  readonly text: string;
  readonly ended?: boolean;
  readonly interrupted?: boolean;
}

/** A request to the Kubernetes API that may write. */
export interface KubeInput {
  readonly kind: 'Kube';
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly accept: string;
  readonly content_type: string;
  /** UTF-8 text. */
  readonly body: string;
  readonly user: UserInfo;
}
