import { builtInMetadata, type StrategyContext } from '@podlab/apiserver';
import type { NamedObjectMeta } from '@podlab/api';

/** Metadata of a role or binding that comes with every cluster. Models plugin/pkg/auth/authorizer/rbac/bootstrappolicy. */
export function bootstrapMetadata(
  context: StrategyContext,
  resource: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): NamedObjectMeta {
  return {
    ...builtInMetadata(context, resource, name),
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  };
}

/** Why those are left as they are. */
export const BOOTSTRAP_REFUSAL =
  'it comes with every cluster and is not stored: make one of another name instead';
