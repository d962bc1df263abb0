import { CONTRACT_LIMITS } from '@podlab/contracts';
import { readLab } from './read-lab';
import { bundleHash } from './hash';
import { changed, LAB_FILES, labOf, problemsOf } from '../test-support';

const told = (files: Record<string, string>) =>
  problemsOf(files).map(({ file, line, path, message }) => `${file}:${line ?? ''} ${path ?? ''} ${message}`);

it('reads a lab, and names it by its content', () => {
  const lab = labOf();
  expect(lab).toMatchObject({ name: 'small', hash: bundleHash(LAB_FILES) });
  expect(lab.hash).toMatch(/^[0-9a-f]{64}$/);
  const reversed = Object.fromEntries(Object.entries(LAB_FILES).reverse());
  expect(bundleHash(reversed)).toBe(lab.hash);
  expect(bundleHash({ ...LAB_FILES, 'outside.md': '# Outside!\n' })).not.toBe(lab.hash);
});

it.each([
  ['a field that is not known', 'minutes: 5', 'minuets: 5', 'lab.yaml:5 minuets no such field is known here'],
  ['an expression', 'readyReplicas >= 3', 'readyReplicas >= ', 'Unexpected token'],
  ['a variable', "${port}/', count", "${prot}/', count", '${prot} is not known here'],
  ['a file', 'apply: solution.yaml', 'apply: solutoin.yaml', 'the bundle has no file solutoin.yaml'],
  ['a text', 'text: outside.md', 'text: inside.md', 'the bundle has no file inside.md'],
  [
    'a required check',
    'requires: [load-balancer]',
    'requires: [laod-balancer]',
    'no check before this one has the name',
  ],
  ['a name that two have', 'name: by-name\n', 'name: three-replicas\n', 'two have the name three-replicas'],
  ['a kind of check', 'kind: Connectivity', 'kind: Conectivity', 'lab.yaml:'],
  ['an action', 'delete: { kind: Pod, selector', 'remove: { kind: Pod, selector', 'lab.yaml:'],
])('tells what is wrong with %s, and on which line', (_, right, wrong, message) => {
  const from = right === 'minutes: 5' ? 'namespace: lab06' : right;
  const to = right === 'minutes: 5' ? `${wrong}\nnamespace: lab06` : wrong;
  const problems = told(changed(from, to));
  expect(problems.join('\n')).toContain(message);
  expect(problems.every((problem) => /^[a-z.]+:\d+ /.test(problem))).toBe(true);
});

/** A billion of something, by aliases of aliases. */
const BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name, index) => {
    const before = String.fromCharCode(97 + index);
    return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`;
  }),
].join('\n');
const many = (count: number, text: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}.md`, text]));

it.each<[string, Record<string, string>, RegExp]>([
  ['nothing', {}, /no such file/],
  ['no YAML', { 'lab.yaml': ': [' }, /Flow sequence/],
  ['an empty text', { 'lab.yaml': '' }, /expected object/],
  ['a list', { 'lab.yaml': '- 1' }, /expected object/],
  ['a number', { 'lab.yaml': '42' }, /expected object/],
  [
    'a path out of the bundle',
    { ...LAB_FILES, '../../etc/passwd': 'x' },
    /must be the path of a file of this lab/,
  ],
  ['an absolute path', { ...LAB_FILES, '/etc/passwd': 'x' }, /must be the path of a file of this lab/],
  ['a path with a backslash', { ...LAB_FILES, 'a\\..\\b': 'x' }, /must be the path of a file of this lab/],
  ['a path with a NUL', { ...LAB_FILES, 'a\0b': 'x' }, /must be the path of a file of this lab/],
  ['a path that nobody reads', { ...LAB_FILES, ['x'.repeat(300)]: 'x' }, /Too big|<=200/],
  ['a prototype', { ...LAB_FILES, ['__proto__/x']: 'x', 'lab.yaml': '__proto__: { apiVersion: x }' }, /./],
  ['aliases of aliases', { 'lab.yaml': BOMB }, /alias/i],
  ['aliases in a manifest', { ...LAB_FILES, 'start.yaml': BOMB }, /alias/i],
  ['brackets', { 'lab.yaml': '['.repeat(200_000) }, /labYamlDepth is limited to 64/],
  ['dashes', { 'lab.yaml': '- '.repeat(100_000) }, /labYamlDepth is limited to 64/],
  ['brackets in a manifest', { ...LAB_FILES, 'solution.yaml': '{a: '.repeat(50_000) }, /labYamlDepth/],
  [
    'a file of hints without end',
    { ...LAB_FILES, 'outside.md': 'x'.repeat(CONTRACT_LIMITS.labFileCharacters + 1) },
    /labFileCharacters/,
  ],
  ['many large files', { ...LAB_FILES, ...many(20, 'x'.repeat(200_000)) }, /labBundleCharacters/],
  ['many files', { ...LAB_FILES, ...many(300, 'x') }, /labFiles is limited to 200/],
  ['a hint without end', changed('Look at the type.', 'x'.repeat(5000)), /<=4000/],
  ['loops in loops', changed('readyReplicas >= 3', 'x.all(a, a.all(b, b.all(c, true)))'), /loops nest/],
  [
    'a pattern that backtracks to its end',
    changed('readyReplicas >= 3', 'name.matches("(a+)+\\\\1")'),
    /not supported/,
  ],
  ['a million requests', changed('count: 20', 'count: 1000000'), /labRequestConnections/],
  ['a year of waiting', changed('within_ms: 60000', 'within_ms: 31536000000'), /<=3600000/],
  ['a tag that makes objects', { 'lab.yaml': '!!js/function "function(){}"' }, /./],
  ['a key twice', { 'lab.yaml': 'kind: Lab\nkind: Lab\n' }, /unique/],
])('%s is refused in words', (_, files, message) => {
  const problems = problemsOf(files);
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.length).toBeLessThanOrEqual(CONTRACT_LIMITS.labProblems);
  expect(problems.map((problem) => problem.message).join('\n')).toMatch(message);
});

it('never throws on a lab with a piece torn out', () => {
  const text = LAB_FILES['lab.yaml'];
  for (let at = 0; at < text.length; at += 211) {
    const torn = text.slice(0, at) + text.slice(at + 31);
    expect(readLab({ ...LAB_FILES, 'lab.yaml': torn })).toBeDefined();
  }
});
