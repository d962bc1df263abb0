/** A name below the cluster's zone, taken apart. Models coredns plugin/kubernetes parse.go parseRequest. */
export interface RecordRequest {
  readonly port: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly service: string;
  readonly namespace: string;
  readonly branch: '' | 'svc' | 'pod';
}

const EMPTY: RecordRequest = { port: '', protocol: '', endpoint: '', service: '', namespace: '', branch: '' };

/**
 * Reads `_port._proto.service.namespace.svc`, `endpoint.service.namespace.svc` or `address.namespace.pod`, zone cut
 * off; undefined when no record can have such a name.
 */
export function parseRequest(base: string): RecordRequest | undefined {
  const labels = base === '' ? [] : base.split('.');
  const branch = labels.pop();
  if (branch === undefined) return EMPTY;
  if (branch !== 'svc' && branch !== 'pod') return undefined;
  const namespace = labels.pop() ?? '';
  const service = labels.pop() ?? '';
  const request = { ...EMPTY, branch, namespace, service } as const;
  switch (labels.length) {
    case 0:
      return request;
    case 1:
      return { ...request, endpoint: labels[0] };
    case 2:
      return { ...request, port: stripUnderscore(labels[0]), protocol: stripUnderscore(labels[1]) };
    default:
      return undefined;
  }
}

function stripUnderscore(label: string): string {
  return label.startsWith('_') ? label.slice(1) : label;
}
