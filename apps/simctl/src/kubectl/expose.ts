import type { Deployment, Service } from '@podlab/api';
import type { Arguments } from './arguments';
import { kubeJson, type KubeDoor } from './kube-call';

/** Makes the Service that `kubectl expose deployment` makes. Models k8s.io/kubectl pkg/cmd/expose createService. */
export function exposeDeployment(cluster: KubeDoor, path: string, { namespace, flags }: Arguments): string {
  const { metadata, spec } = kubeJson<Deployment>(cluster, { method: 'GET', path });
  const name = flags.get('name') ?? metadata.name;
  const asked = flags.get('port');
  const declared = spec.template.spec?.containers.flatMap(({ ports }) => ports ?? []) ?? [];
  const numbers = asked === undefined ? declared.map(({ containerPort }) => containerPort) : [Number(asked)];
  if (numbers.length === 0) return "error: couldn't find port via --port flag or introspection";
  const target = flags.get('target-port');
  const ports = numbers.map((port, index) => ({
    ...(numbers.length > 1 && { name: `port-${index + 1}` }),
    port,
    protocol: 'TCP',
    targetPort: target === undefined ? port : /^\d+$/.test(target) ? Number(target) : target,
  }));
  const type = flags.get('type');
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, ...(metadata.labels && { labels: metadata.labels }) },
    spec: { ports, selector: spec.selector.matchLabels ?? {}, ...(type !== undefined && { type }) },
  };
  kubeJson(cluster, { method: 'POST', path: `/api/v1/namespaces/${namespace}/services`, body: service });
  return `service/${name} exposed`;
}
