import type { KubeObject } from '@podlab/apimachinery';
import { rfc3339 } from '@podlab/kernel';
import { ScenarioError, type ScenarioLine } from '../scenario/parse';
import { parseArguments, subjectOf } from './arguments';
import { kubeJson, type KubeDoor } from './kube-call';
import { titleOf } from './resources';

/** `label node node-a topology.kubernetes.io/zone=east`, `label pod web app-`. Models k8s.io/kubectl pkg/cmd/label. */
export function label(cluster: KubeDoor, line: ScenarioLine): string {
  const arguments_ = parseArguments(line);
  const { kind, name, path } = subjectOf(line, arguments_);
  const words = line.words.slice(2).filter((word) => /^[a-z][\w./-]*(=[\w.-]*|-)$/.test(word));
  const labels = Object.fromEntries(words.map(labelOf));
  if (name === undefined || words.length === 0)
    throw new ScenarioError(line, 'label needs the name of an object, and KEY=VALUE or KEY-');
  const before = kubeJson<KubeObject>(cluster, { method: 'GET', path }).metadata.labels ?? {};
  const taken = Object.keys(labels).find(
    (key) => labels[key] !== null && (before[key] ?? labels[key]) !== labels[key],
  );
  if (taken !== undefined && !arguments_.flags.has('overwrite'))
    return `error: '${taken}' already has a value (${before[taken]}), and --overwrite is false`;
  merge(cluster, path, { metadata: { labels } });
  return `${titleOf(kind, name)} ${words.every((word) => word.endsWith('-')) ? 'unlabeled' : 'labeled'}`;
}

function labelOf(word: string): [string, string | null] {
  const at = word.indexOf('=');
  return at < 0 ? [word.slice(0, -1), null] : [word.slice(0, at), word.slice(at + 1)];
}

/** `rollout restart deployment NAME`. Models k8s.io/kubectl pkg/polymorphichelpers/objectrestarter.go. */
export function rolloutRestart(cluster: KubeDoor, line: ScenarioLine): string {
  const { kind, name = '', path } = subjectAfter(line, 'restart');
  const annotations = { 'kubectl.kubernetes.io/restartedAt': rfc3339(cluster.now()) };
  merge(cluster, path, { spec: { template: { metadata: { annotations } } } });
  return `${titleOf(kind, name)} restarted`;
}

/** `set image deployment/NAME CONTAINER=IMAGE`. */
export function setImage(cluster: KubeDoor, line: ScenarioLine): string {
  const { kind, name = '', path } = subjectAfter(line, 'image');
  const [container, image] = line.words.find((word) => /^[a-z0-9-]+=/.test(word))?.split('=') ?? [];
  const containers = [{ name: container, image }];
  const content_type = 'application/strategic-merge-patch+json';
  kubeJson(cluster, {
    method: 'PATCH',
    path,
    content_type,
    body: { spec: { template: { spec: { containers } } } },
  });
  return `${titleOf(kind, name)} image updated`;
}

/** Of `kubectl VERB WORD KIND NAME …`. */
function subjectAfter(line: ScenarioLine, word: string): ReturnType<typeof subjectOf> {
  if (line.words[2] !== word)
    throw new ScenarioError(line, `there is no kubectl ${line.words[1]} ${line.words[2]} here`);
  const words = [...line.words.slice(0, 2), ...line.words.slice(3)];
  return subjectOf(line, parseArguments({ ...line, words }));
}

function merge(cluster: KubeDoor, path: string, body: object): void {
  kubeJson(cluster, { method: 'PATCH', path, content_type: 'application/merge-patch+json', body });
}
