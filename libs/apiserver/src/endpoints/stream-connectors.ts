import type { Pod } from '@podlab/api';
import { newBadRequest } from '@podlab/apimachinery';
import type { KubeUpgrade, PodStream } from '../request/kube-request';
import type { Connector } from './connector';
import type { RequestInfo } from '../request/request-info';
import { keyOf } from './read';
import type { RequestScope } from './scope';

const STREAMED: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward']);

/** Whether a request runs something in a pod, which takes the right to create even where a WebSocket begins with a GET. */
export function isStream({ group, resource, subresource }: RequestInfo): boolean {
  return group === '' && resource === 'pods' && STREAMED.has(subresource);
}

/**
 * The subresources of pods that become a stream: here only what they ask for is read and judged, the transport does
 * the rest. Models k8s.io/kubernetes pkg/registry/core/pod/rest subresources.go.
 */
export const streamConnectors: readonly Connector[] = (['exec', 'attach', 'portforward'] as const).map(
  (subresource) => ({
    resource: 'pods',
    subresource,
    kind: `Pod${{ exec: 'Exec', attach: 'Attach', portforward: 'PortForward' }[subresource]}Options`,
    verbs: ['create', 'get'],
    connect(services, scope): KubeUpgrade {
      const pod = services.registry.get(scope.strategy, keyOf(scope)) as Pod;
      const stream = streamOf(subresource, pod, scope);
      return { kind: 'upgrade', stream, resourceVersion: services.store.resourceVersion };
    },
  }),
);

/** Models pkg/registry/core/pod/strategy.go streamLocation and pkg/apis/core/validation ValidatePodExecOptions. */
function streamOf(subresource: PodStream['subresource'], pod: Pod, { info, query }: RequestScope): PodStream {
  const flags = {
    stdin: query.flag('stdin'),
    stdout: query.flag('stdout'),
    stderr: query.flag('stderr'),
    tty: query.flag('tty'),
  };
  const { namespace, name } = info;
  if (subresource !== 'portforward' && !flags.stdin && !flags.stdout && !flags.stderr)
    throw newBadRequest('you must specify at least 1 of stdin, stdout, stderr');
  const command = query.all('command');
  if (subresource === 'exec' && command.length === 0) throw newBadRequest('you must specify a command');
  const container = subresource === 'portforward' ? undefined : validContainer(pod, query.get('container'));
  if (!pod.spec.nodeName) throw newBadRequest(`pod ${name} does not have a host assigned`);
  const ports = query.all('ports').flatMap((text) => text.split(',').map(Number));
  return { subresource, namespace, name, command, ports, ...flags, ...(container && { container }) };
}

/** Before anything is upgraded. Models k8s.io/kubernetes pkg/registry/core/pod/strategy.go validateContainer. */
function validContainer({ metadata, spec }: Pod, asked: string | undefined): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = spec;
  const names = [...initContainers, ...containers, ...ephemeralContainers].map((container) => container.name);
  if (asked) {
    if (names.includes(asked)) return asked;
    throw newBadRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  if (containers.length === 1) return containers[0].name;
  const choice = `choose one of: [${names.join(' ')}]`;
  throw newBadRequest(`a container name must be specified for pod ${metadata.name}, ${choice}`);
}
