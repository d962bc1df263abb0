import type { Node } from '@podlab/api';

const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** Whether a node asks to be no backend of load balancers. Models controllers/service/controller.go nodeIncludedPredicate. */
export function isExcluded({ metadata }: Node): boolean {
  return metadata.labels?.[EXCLUDE_LABEL] !== undefined;
}

export function isReady({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}
