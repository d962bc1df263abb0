// Kubernetes' own name of every client-node class: V1Pod is io.k8s.api.core.v1.Pod. A class carries its version but
// not its group, so the group is the first one whose kinds lead to it; core comes first.
import { parseType } from './model.mjs';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const META_TYPES = [
  'APIGroup',
  'APIGroupList',
  'APIResource',
  'APIResourceList',
  'APIVersions',
  'Condition',
  'DeleteOptions',
  'FieldSelectorRequirement',
  'GroupResource',
  'GroupVersionForDiscovery',
  'LabelSelector',
  'LabelSelectorRequirement',
  'ListMeta',
  'ManagedFieldsEntry',
  'ObjectMeta',
  'OwnerReference',
  'Preconditions',
  'ServerAddressByClientCIDR',
  'ShardInfo',
  'Status',
  'StatusCause',
  'StatusDetails',
  'WatchEvent',
];
/** Types of core that only other groups lead to. */
const CORE_TYPES = [
  'TopologySelectorTerm',
  'TopologySelectorLabelRequirement',
  'CSIPersistentVolumeSource',
  'NodeSelector',
];

/** Kinds that only the subresources of other groups read and write. */
const SUBRESOURCE_KINDS = {
  'apis/authentication.k8s.io/v1': ['AuthenticationV1TokenRequest'],
  'apis/autoscaling/v1': ['V1Scale'],
  'apis/policy/v1': ['V1Eviction'],
};

const PACKAGES = {
  'apiextensions.k8s.io': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  'apiregistration.k8s.io': 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
  'metrics.k8s.io': 'io.k8s.metrics.pkg.apis.metrics',
  'internal.apiserver.k8s.io': 'io.k8s.api.apiserverinternal',
};

/** Names that the documents hold beside those of client-node's classes. */
export const TIME = `${META}.Time`;
export const MICRO_TIME = `${META}.MicroTime`;
export const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
export const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

const CLASS = /^(?:[A-Z][a-z]+)??(V\d+(?:alpha\d+|beta\d+)?)([A-Z]\w*)$/;

/** The kind and version in a class's name: `CoreV1Event` is Event of v1. */
export function splitClass(name) {
  const match = CLASS.exec(name);
  return match ? { version: match[1].toLowerCase(), kind: match[2] } : undefined;
}

export const leafOf = (type) => (type.kind === 'name' ? type.name : leafOf(type.of));

/** `apis/apps/v1` is {group: 'apps', version: 'v1'}; `api/v1` has the empty group. */
export function splitGroupVersion(path) {
  const [, groupOrVersion, version] = path.split('/');
  return version ? { group: groupOrVersion, version } : { group: '', version: groupOrVersion };
}

function packageOf({ group, version }) {
  const known = PACKAGES[group];
  if (known) return `${known}.${version}`;
  return `io.k8s.api.${group === '' ? 'core' : group.split('.')[0]}.${version}`;
}

/**
 * @param {Map<string, { name: string, properties: { type: string }[] }>} models by class
 * @param {Map<string, string[]>} rootsByGroupVersion classes that the paths of a group-version name
 * @returns {Map<string, { schema: string, group: string, version: string, kind: string }>} by class
 */
export function nameSchemas(models, rootsByGroupVersion) {
  const names = new Map();
  const assign = (className, groupVersion, packageName) => {
    const { kind } = splitClass(className);
    names.set(className, { schema: `${packageName}.${kind}`, ...groupVersion, kind });
  };
  for (const kind of META_TYPES)
    if (models.has(`V1${kind}`)) assign(`V1${kind}`, { group: '', version: 'v1' }, META);
  const core = splitGroupVersion('api/v1');
  for (const kind of CORE_TYPES) if (models.has(`V1${kind}`)) assign(`V1${kind}`, core, packageOf(core));
  for (const [path, roots] of coreFirst(rootsByGroupVersion)) {
    const groupVersion = splitGroupVersion(path);
    for (const className of reachable(models, [...(SUBRESOURCE_KINDS[path] ?? []), ...roots])) {
      const own = splitClass(className)?.version === groupVersion.version;
      if (own && !names.has(className)) assign(className, groupVersion, packageOf(groupVersion));
    }
  }
  return names;
}

function coreFirst(rootsByGroupVersion) {
  return [...rootsByGroupVersion].sort(
    ([a], [b]) => Number(b === 'api/v1') - Number(a === 'api/v1') || (a < b ? -1 : 1),
  );
}

/** Every class that the roots lead to, the roots included. @returns {Set<string>} */
export function reachable(models, roots) {
  const found = new Set();
  const queue = roots.filter((name) => models.has(name));
  for (let name = queue.pop(); name; name = queue.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    for (const { type } of models.get(name).properties) {
      const leaf = leafOf(parseType(type));
      if (models.has(leaf)) queue.push(leaf);
    }
  }
  return found;
}
