import type { KubeObject } from '@podlab/apimachinery';
import { ScenarioError, type ScenarioLine } from '../scenario/parse';
import type { Arguments } from './arguments';
import { kubeJson, type KubeDoor } from './kube-call';
import { findKind, kindOf, pathOf, titleOf } from './resources';

type Manifest = KubeObject & { readonly spec: object };

/** `create namespace NAME`, `create deployment NAME --image=IMAGE [--replicas=N] [--port=N] [-- COMMAND]`. */
export function createNamed(cluster: KubeDoor, line: ScenarioLine, arguments_: Arguments): string {
  const [word = '', name = ''] = arguments_.words;
  const kind = findKind(word)?.kind;
  if (kind === 'Namespace')
    return created(cluster, { apiVersion: 'v1', kind, metadata: { name } }, arguments_.namespace);
  if (kind === 'Deployment') return created(cluster, deploymentOf(name, arguments_), arguments_.namespace);
  throw new ScenarioError(line, 'create makes a namespace or a deployment; other objects are applied');
}

/** `run NAME --image=IMAGE [--labels=a=b] [--port=N] [--command] [-- WORDS]`. Models k8s.io/kubectl pkg/cmd/run BasicPod. */
export function runPod(cluster: KubeDoor, { namespace, words, rest, flags }: Arguments): string {
  const [name] = words;
  const labels = Object.fromEntries(
    (flags.get('labels') ?? `run=${name}`).split(',').map((pair) => pair.split('=')),
  );
  const said = rest.length > 0 && { [flags.has('command') ? 'command' : 'args']: rest };
  const spec = { containers: [{ name, ...imageAndPort(flags), ...said }] };
  const pod: Manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec };
  return created(cluster, pod, namespace);
}

/** Models k8s.io/kubectl pkg/cmd/create CreateDeployment: label app, a container named as its image. */
function deploymentOf(name: string, { flags, rest }: Arguments): Manifest {
  const labels = { app: name };
  const image = flags.get('image') ?? '';
  const container = image.split('/').pop()?.split(/[:@]/)[0] ?? '';
  const said = rest.length > 0 && { command: rest };
  const containers = [{ name: container, ...imageAndPort(flags), ...said }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: Number(flags.get('replicas') ?? 1),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  };
}

function imageAndPort(flags: Arguments['flags']): object {
  const port = flags.get('port');
  return {
    image: flags.get('image'),
    ...(port !== undefined && { ports: [{ containerPort: Number(port) }] }),
  };
}

function created(cluster: KubeDoor, manifest: KubeObject, namespace: string): string {
  const kind = kindOf(manifest);
  if (!kind) throw new TypeError(`${manifest.kind} is not served`);
  kubeJson(cluster, { method: 'POST', path: pathOf(kind, namespace), body: manifest });
  return `${titleOf(kind, manifest.metadata.name ?? '')} created`;
}
