import type { Scene } from '../scenario/run';
import { ScenarioError, type ScenarioLine } from '../scenario/parse';
import { applyManifests } from './apply';
import { parseArguments, subjectOf, type Arguments } from './arguments';
import { autoscale, top } from './autoscaling';
import { label, rolloutRestart, setImage } from './change';
import { createNamed, runPod } from './create';
import { exposeDeployment } from './expose';
import { jsonPath } from './json-path';
import { kubeJson, kubeText, type KubeDoor } from './kube-call';
import { tableText, type Table } from './table-text';
import { titleOf } from './resources';

type Subcommand = (
  scene: Pick<Scene, 'read'> & { cluster: KubeDoor },
  line: ScenarioLine,
  arguments_: Arguments,
) => string;

const AS_TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1';
const JSON_PATH = 'jsonpath=';

/** The subcommands that scenarios may use, each with the words that kubectl prints. */
const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  get,
  apply({ cluster, read }, line, { namespace, flags }) {
    const file = flags.get('filename');
    if (file === undefined) throw new ScenarioError(line, 'apply needs -f FILE, or -f - and a block');
    return applyManifests(cluster, file === '-' ? (line.block ?? '') : read(file), namespace);
  },
  delete({ cluster }, line, arguments_) {
    const { kind, name, path } = subjectOf(line, arguments_);
    if (name === undefined) throw new ScenarioError(line, 'delete needs the name of an object');
    kubeJson(cluster, { method: 'DELETE', path });
    const group = kind.group ? `.${kind.group}` : '';
    const from = kind.namespaced ? ` from ${arguments_.namespace} namespace` : '';
    return `${kind.singular}${group} "${name}" deleted${from}`;
  },
  scale({ cluster }, line, arguments_) {
    const { kind, name, path } = subjectOf(line, arguments_);
    const body = { spec: { replicas: Number(arguments_.flags.get('replicas')) } };
    const content_type = 'application/merge-patch+json';
    kubeJson(cluster, { method: 'PATCH', path: `${path}/scale`, content_type, body });
    return `${titleOf(kind, name)} scaled`;
  },
  patch({ cluster }, line, arguments_) {
    const { kind, name, path } = subjectOf(line, arguments_);
    const json = arguments_.flags.get('type') === 'json';
    const content_type = json ? 'application/json-patch+json' : 'application/strategic-merge-patch+json';
    const body = JSON.parse(arguments_.flags.get('patch') ?? '') as object;
    kubeJson(cluster, { method: 'PATCH', path, content_type, body });
    return `${titleOf(kind, name)} patched`;
  },
  expose({ cluster }, line, arguments_) {
    return exposeDeployment(cluster, subjectOf(line, arguments_).path, arguments_);
  },
  create: ({ cluster }, line, arguments_) => createNamed(cluster, line, arguments_),
  run: ({ cluster }, _line, arguments_) => runPod(cluster, arguments_),
  autoscale: ({ cluster }, line, arguments_) => autoscale(cluster, line, arguments_),
  top: ({ cluster }, line, arguments_) => top(cluster, line, arguments_),
  label: ({ cluster }, line) => label(cluster, line),
  rollout: ({ cluster }, line) => rolloutRestart(cluster, line),
  set: ({ cluster }, line) => setImage(cluster, line),
  logs({ cluster }, _line, { namespace, words, flags }) {
    const previous = flags.has('previous') ? '?previous=true' : '';
    const path = `/api/v1/namespaces/${namespace}/pods/${words[0]}/log${previous}`;
    return kubeText(cluster, { method: 'GET', path, accept: 'text/plain' }).trimEnd();
  },
};

/** `kubectl …` in a scenario. */
export function kubectl(scene: Scene, line: ScenarioLine): string {
  const subcommand = SUBCOMMANDS[line.words[1]];
  if (!subcommand) throw new ScenarioError(line, `there is no kubectl ${line.words[1]} here`);
  const warnings = new Set<string>();
  const cluster = listening(scene.cluster, warnings);
  const output = subcommand({ cluster, read: scene.read }, line, parseArguments(line));
  return [...[...warnings].map((text) => `Warning: ${text}`), output].join('\n');
}

/** The same cluster; the warnings of its answers are put into `warnings`. */
function listening(cluster: KubeDoor, warnings: Set<string>): KubeDoor {
  return {
    now: () => cluster.now(),
    kube(request) {
      const answer = cluster.kube(request);
      for (const header of answer.kind === 'answer' ? [answer.headers['warning'] ?? []].flat() : [])
        warnings.add(header.replace(/^299 \S+ "(.*)"$/, '$1').replace(/\\(.)/g, '$1'));
      return answer;
    },
  };
}

function get({ cluster }: { cluster: KubeDoor }, line: ScenarioLine, arguments_: Arguments): string {
  const { flags, namespace } = arguments_;
  const { kind, path } = subjectOf(line, arguments_);
  const query = queryOf({ labelSelector: flags.get('selector'), fieldSelector: flags.get('field-selector') });
  const output = flags.get('output') ?? '';
  if (output.startsWith(JSON_PATH)) {
    const value = jsonPath(
      kubeJson(cluster, { method: 'GET', path: path + query }),
      output.slice(JSON_PATH.length),
    );
    return typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');
  }
  const table = kubeJson<Table>(cluster, { method: 'GET', path: path + query, accept: AS_TABLE });
  if (table.rows.length > 0) return tableText(table, output === 'wide');
  return kind.namespaced ? `No resources found in ${namespace} namespace.` : 'No resources found';
}

function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return given.length === 0 ? '' : `?${given.join('&')}`;
}
