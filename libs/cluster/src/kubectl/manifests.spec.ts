import { readManifests } from './manifests';

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n';
const named = (name: string) => ({ manifest: { apiVersion: 'v1', kind: 'Pod', metadata: { name } } });

const refused = (message: string) => ({
  status: { status: 'Failure', reason: 'BadRequest', code: 400, message },
});

it.each([
  ['one document', pod, [named('p')]],
  ['several, and empty ones between', `---\n${pod}---\n# nothing\n---\n${pod}`, [named('p'), named('p')]],
  ['JSON', '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}', [named('p')]],
  [
    'a List',
    `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: q}}\n`,
    [named('q')],
  ],
  ['nothing', '\n', []],
  ['a text', 'hello', [refused('a document must be an object with apiVersion and kind')]],
  ['no kind', 'apiVersion: v1\nmetadata: {name: p}', [refused("Object 'Kind' is missing")]],
  ['no version', 'kind: Pod', [refused("Object 'apiVersion' is missing")]],
  ['no name', 'apiVersion: v1\nkind: Pod\nmetadata: {}', [refused('resource name may not be empty')]],
])('%s', (_, text, documents) => {
  expect(readManifests(text)).toEqual(documents);
});

it("reads YAML 1.1's booleans as kubectl does", () => {
  const [document] = readManifests(`${pod}spec: {a: yes, b: off, c: "on", d: 0644}\n`);
  expect(document).toMatchObject({ manifest: { spec: { a: true, b: false, c: 'on', d: 420 } } });
});

it.each([
  ['a tab for a blank', 'a:\n\t- b'],
  ['a key twice', 'a: 1\na: 2'],
  ['an alias without an anchor', 'a: *b'],
  ['a bomb of aliases', `a: &a [x, x]\nb: &b [${'*a, '.repeat(60)}]\nc: [${'*b, '.repeat(60)}]`],
])('refuses %s', (_, text) => {
  expect(() => readManifests(text)).toThrow(/error parsing YAML/);
});

it.each([
  ['nesting', `a: ${'['.repeat(65)}${']'.repeat(65)}`, 'labYamlDepth is limited to 64'],
  ['documents', '--- {}\n'.repeat(1001), 'manifestDocuments is limited to 1000'],
])('bounds %s', (_, text, message) => {
  expect(() => readManifests(text)).toThrow(message);
});

it('makes no prototype of a key', () => {
  readManifests(`${pod}__proto__: {polluted: true}\n`);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
