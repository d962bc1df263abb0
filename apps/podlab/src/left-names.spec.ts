import { join } from 'node:path';
import { parseCommandLine, UsageError, type GradeCommand } from './command-line';
import { labAt } from './folders';
import { gradeOf } from './grade-command';
import { leftNames } from './left-names';

const LABS = join(__dirname, '../../../labs');
const NAMES = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'board' } };

/** Has `app`, `node_port`, and variants. */
const LAB = labAt('find-the-fault', LABS);
const left = (manifests: string) => leftNames(LAB, manifests);

it.each<[what: string, manifests: string, names: string[]]>([
  ['a port', 'kind: Service\nspec: { ports: [{ nodePort: ${node_port} }] }', ['node_port']],
  ['each once, in their order', 'a: ${node_port}\n---\nb: ${app}-x\nc: "${app}"', ['node_port', 'app']],
  ['a key', 'metadata:\n  labels:\n    ${app}: yes', ['app']],
  ['the name of the variant', 'metadata: { name: x-${variant} }', ['variant']],
  ['JSON', JSON.stringify({ ...NAMES, spec: { selector: { app: '${app}' } } }), ['app']],
  ['the environment of a container', 'env: [{ name: APP, value: "${app}" }]', ['app']],
])('%s', (_what, manifests, names) => {
  expect(left(manifests)).toEqual(names);
});

it.each<[what: string, manifests: string]>([
  ['what Kubernetes puts in', 'args: ["$(app)"]\nenv: [{ name: A, value: $(app) }]'],
  ['names that are not the lab’s', 'metadata: { name: "${HOME}-${other}" }'],
  ['a shell’s own', 'spec:\n  containers:\n    - command: [sh, -c]\n      args: ["app=x; echo ${app}"]'],
  ['a probe’s command', 'livenessProbe: { exec: { command: [sh, -c, "test ${app}"] } }'],
  ['a configuration’s own', 'kind: ConfigMap\ndata:\n  run.sh: |\n    echo ${app}'],
  ['a secret’s', 'kind: Secret\nstringData: { run.sh: "echo ${app}" }'],
  ['a list’s', 'kind: List\nitems: [{ kind: ConfigMap, data: { a: "${app}" } }]'],
  ['a comment', 'kind: Service # ${app}'],
  ['a plain text of a lab', 'metadata: { annotations: { a: "$${app}" } }'],
])('%s is left alone', (_what, manifests) => {
  expect(left(manifests)).toEqual([]);
});

it('a lab’s solution as it lies there is not graded, and the way to it with values is told', async () => {
  const file = join(LABS, 'cluster-ip/solution.yaml');
  const words = ['grade', 'cluster-ip', '--labs', LABS, '--seed', 's7', '--manifests', file];
  const grading = gradeOf(parseCommandLine(words) as GradeCommand);
  await expect(grading).rejects.toThrow(UsageError);
  await expect(grading).rejects.toThrow(
    `nothing was graded: the manifests still have \${port}, for which each seed of this lab has a value; ` +
      `\`podlab labs solution cluster-ip --seed s7 --labs ${LABS}\` prints the solution with the values of that seed`,
  );
});
