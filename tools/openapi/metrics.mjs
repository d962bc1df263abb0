// The types and operations of metrics.k8s.io, which is metrics-server's and no part of client-node: written here in the
// shape in which the others are read. Models k8s.io/metrics pkg/apis/metrics/v1beta1.

const API_VERSION =
  'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources';
const KIND =
  'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds';
const METADATA =
  "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";
const PRETTY =
  "If 'true', then the output is pretty printed. Defaults to 'false' unless the user-agent indicates a browser or command-line HTTP tool (curl and wget).";
const NAMESPACE = {
  name: 'namespace',
  type: 'string',
  description: 'object name and auth scope, such as for teams and projects',
};
const ROOT = '/apis/metrics.k8s.io/v1beta1';

const property = (name, type, required, description, format = '') => ({
  name,
  type,
  format,
  required,
  description,
});
const kind = (name, description, properties) => ({
  name,
  description,
  properties: [
    property('apiVersion', 'string', false, API_VERSION),
    property('kind', 'string', false, KIND),
    ...properties,
  ],
});
const list = (name) =>
  kind(`V1beta1${name}List`, `${name}List is a list of ${name}.`, [
    property('metadata', 'V1ListMeta', false, METADATA),
    property('items', `Array<V1beta1${name}>`, true, 'List of metrics.'),
  ]);
const measured = [
  property('metadata', 'V1ObjectMeta', false, METADATA),
  property('timestamp', 'Date', true, 'The time at the end of the window.', 'date-time'),
  property(
    'window',
    'string',
    true,
    'The following fields define time interval from which metrics were collected from the interval [Timestamp-Window, Timestamp].',
  ),
];
const usage = property(
  'usage',
  '{ [key: string]: string; }',
  true,
  'The memory usage is the memory working set.',
);

const MODELS = [
  kind('V1beta1NodeMetrics', 'NodeMetrics sets resource usage metrics of a node.', [...measured, usage]),
  list('NodeMetrics'),
  kind('V1beta1PodMetrics', 'PodMetrics sets resource usage metrics of a pod.', [
    ...measured,
    property(
      'containers',
      'Array<V1beta1ContainerMetrics>',
      true,
      'Metrics for all containers are collected within the same time window.',
    ),
  ]),
  list('PodMetrics'),
  {
    name: 'V1beta1ContainerMetrics',
    description: 'ContainerMetrics sets resource usage metrics of a container.',
    properties: [
      property('name', 'string', true, 'Container name corresponding to the one from pod.spec.containers.'),
      usage,
    ],
  },
];

const pretty = [{ name: 'pretty', type: 'string', description: PRETTY }];
const read = (id, path, type, description, pathParameters = []) => ({
  id,
  path: `${ROOT}/${path}`,
  method: 'get',
  description,
  query: pretty,
  pathParameters,
  responses: { 200: type },
});
const named = (type) => ({ name: 'name', type: 'string', description: `name of the ${type}` });

const OPERATIONS = [
  { ...read('getAPIResources', '', 'V1APIResourceList', 'get available resources'), query: [] },
  read('listNodeMetrics', 'nodes', 'V1beta1NodeMetricsList', 'list objects of kind NodeMetrics'),
  read('readNodeMetrics', 'nodes/{name}', 'V1beta1NodeMetrics', 'read the specified NodeMetrics', [
    named('NodeMetrics'),
  ]),
  read('listPodMetricsForAllNamespaces', 'pods', 'V1beta1PodMetricsList', 'list objects of kind PodMetrics'),
  read(
    'listNamespacedPodMetrics',
    'namespaces/{namespace}/pods',
    'V1beta1PodMetricsList',
    'list objects of kind PodMetrics',
    [NAMESPACE],
  ),
  read(
    'readNamespacedPodMetrics',
    'namespaces/{namespace}/pods/{name}',
    'V1beta1PodMetrics',
    'read the specified PodMetrics',
    [named('PodMetrics'), NAMESPACE],
  ),
];

/** Adds the group to what was read of client-node. */
export function addMetrics(models, operations) {
  for (const model of MODELS) models.set(model.name, model);
  operations.set(ROOT.slice(1), OPERATIONS);
}
