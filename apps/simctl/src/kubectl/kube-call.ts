import type { Cluster } from '@podlab/cluster';
import type { Status } from '@podlab/api';
import { newUnknownPath } from '@podlab/apimachinery';
import { Refusal, utf8Decode, utf8Encode } from '@podlab/kernel';

/** What kubectl needs of a cluster. */
export type KubeDoor = Pick<Cluster, 'kube' | 'now'>;

export interface KubeCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly accept?: string;
  readonly content_type?: string;
  readonly body?: object;
}

/** An answer of the API that is not a success, in kubectl's words. */
export class KubeCallError extends Refusal {
  override readonly name = 'KubeCallError';
  constructor(readonly status: Status) {
    super(
      status.reason === 'Invalid'
        ? invalidText(status)
        : `Error from server (${status.reason}): ${status.message}`,
    );
  }
}

/** Models k8s.io/kubectl pkg/cmd/util checkErr and MultilineError. */
function invalidText({ message, details }: Status): string {
  const causes = [...new Set(details?.causes?.map((cause) => `${cause.field}: ${cause.message}`))];
  if (causes.length < 2) return `The ${message}`;
  return [`The ${details?.kind} "${details?.name}" is invalid:`, ...causes.map((cause) => `* ${cause}`)].join(
    '\n',
  );
}

/** Calls a cluster's Kubernetes API as the administrator and gives the text of the answer. Throws {@link KubeCallError}. */
export function kubeText(cluster: KubeDoor, call: KubeCall): string {
  const [path, query = ''] = call.path.split('?');
  const answer = cluster.kube({
    method: call.method,
    path,
    query,
    accept: call.accept ?? 'application/json',
    content_type: call.content_type ?? 'application/json',
    body: call.body ? utf8Encode(JSON.stringify(call.body)) : new Uint8Array(),
    user: { name: 'kubernetes-admin', groups: ['system:masters'] },
  });
  if (answer.kind !== 'answer') throw new TypeError(`${call.path} does not answer with one document`);
  const text = utf8Decode(answer.body);
  if (answer.status >= 400) throw new KubeCallError(statusOf(text));
  return text;
}

/** A path that nothing answers is told so in plain text. */
const statusOf = (text: string) =>
  (text.startsWith('{') ? JSON.parse(text) : newUnknownPath().status) as Status;

export const kubeJson = <T>(cluster: KubeDoor, call: KubeCall): T => JSON.parse(kubeText(cluster, call)) as T;
