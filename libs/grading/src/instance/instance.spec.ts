import { changed, labOf, LAB_FILES } from '../test-support';
import { instantiate, stepText } from './instance';
import { fillData, finish, namesIn, UnknownName } from './template';

const LAB = labOf();

it('a seed draws the same again, and seeds differ', () => {
  const drawn = (seed: string) => instantiate(LAB, seed).variables;
  expect(drawn('7')).toEqual(drawn('7'));
  const ports = new Set(Array.from({ length: 20 }, (_, seed) => drawn(String(seed))['port']));
  expect(ports.size).toBeGreaterThan(15);
  for (const port of ports) expect(Number(port)).toBeGreaterThanOrEqual(8000);
});

it('a new variable changes no other', () => {
  const more = labOf(changed('  app: {', '  extra: { name: box }\n  app: {'));
  const { extra, ...others } = instantiate(more, '7').variables;
  expect(others).toEqual(instantiate(LAB, '7').variables);
  expect(extra).toMatch(/^box-[a-z0-9]{4}$/);
});

it('every variant is drawn by some seed, and its values are variables', () => {
  const variants = ['selector', 'port', 'policy'].map(
    (name) => `{ name: ${name}, variables: { hint: ${name}x } }`,
  );
  const lab = labOf(changed('start:\n', `variants: [${variants.join(', ')}]\nstart:\n`));
  const drawn = Array.from({ length: 30 }, (_, seed) => instantiate(lab, String(seed)));
  expect(new Set(drawn.map(({ variant }) => variant?.name)).size).toBe(3);
  for (const { variables, variant } of drawn)
    expect(variables).toMatchObject({ variant: variant?.name, hint: `${variant?.name}x` });
});

it('texts are read in both languages, English where there is no Korean', () => {
  const instance = instantiate(LAB, '7');
  const { port } = instance.variables;
  const [service, outside] = instance.document.steps;
  expect(stepText(instance, service)).toEqual({
    en: `# Service\n\nPort ${port}.\n`,
    ko: `# 서비스\n\n포트 ${port}.\n`,
  });
  expect(stepText(instance, outside)).toEqual({ en: LAB_FILES['outside.md'], ko: LAB_FILES['outside.md'] });
});

it.each([
  ['a ${x} b', 'a 1 b'],
  ['$${x} and ${x}', '${x} and 1'],
  ['$(x) $x {x}', '$(x) $x {x}'],
])('%s becomes %s', (text, expected) => {
  expect(finish(text, { x: 1 })).toBe(expected);
});

it('what is not known is refused, and a value is not read again', () => {
  expect(() => finish('${y}', { x: 1 })).toThrow(UnknownName);
  expect(finish('${x}', { x: '${y}' })).toBe('${y}');
  expect(namesIn('${a} $${b} ${c-d}')).toEqual(['a', 'c-d']);
});

it('numbers stay numbers in what goes into objects', () => {
  const data = { patch: { spec: { port: '${x}', name: 'p-${x}' } }, to: '${x}' };
  expect(fillData(data, { x: 80 })).toEqual({ patch: { spec: { port: 80, name: 'p-80' } }, to: '80' });
});
