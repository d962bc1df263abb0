import { parseCommandLine, USAGE, UsageError } from './command-line';

const parse = (line: string, token?: string) => parseCommandLine(line.split(' '), token);

it('grades what it is given, with the usual where nothing is said', () => {
  expect(parse('grade cluster-ip --manifests a.yaml')).toEqual({
    kind: 'grade',
    lab: 'cluster-ip',
    labs: 'labs',
    subject: { kind: 'Manifests', paths: ['a.yaml'] },
    format: 'json',
    language: 'en',
    showHidden: false,
  });
});

it('takes what a shell makes of *.yaml', () => {
  const subject = { kind: 'Manifests', paths: ['a.yaml', 'b.yaml', 'c'] };
  expect(parse('grade x --manifests a.yaml b.yaml --format tap --manifests c')).toMatchObject({ subject });
});

it('a token may stand in the environment, and the command line goes before it', () => {
  const at = 'grade x --cluster c --server https://podlab.example/';
  const url = 'https://podlab.example';
  expect(parse(at, 'one')).toMatchObject({ server: { url, token: 'one' }, subject: { id: 'c' } });
  expect(parse(`${at} --token two`, 'one')).toMatchObject({ server: { url, token: 'two' } });
});

it('knows what to do with labs', () => {
  expect(parse('labs verify a b')).toEqual({ kind: 'verify', folders: ['a', 'b'] });
  expect(parse('labs solution a --seed s7')).toEqual({
    kind: 'solution',
    lab: 'a',
    labs: 'labs',
    seed: 's7',
  });
  expect(parse('labs push a --class c --server http://s')).toEqual({
    kind: 'push',
    folder: 'a',
    class: 'c',
    server: { url: 'http://s' },
  });
  expect(parse('--help')).toEqual({ kind: 'help' });
});

it.each([
  ['mark x', /there is no command mark\nusage: podlab grade LAB/],
  ['grade', /needs a LAB\nusage: podlab grade LAB --manifests PATH/],
  ['grade x', /one of --manifests, --cluster and --kubeconfig\nusage: podlab grade LAB/],
  ['grade x y --manifests a', /takes one LAB/],
  ['grade x --manifests a --cluster b --server http://s', /one of/],
  ['grade x --cluster b', /needs --server/],
  ['grade x --kubeconfig k --server http://s', /leave --server out/],
  ['grade x --manifests a --format xml', /--format takes json, gradescope/],
  ['grade x --manifests a --min-score all', /--min-score takes a number/],
  ['grade x --manifests a --language de', /en or ko/],
  ['grade x --manifests a --colour', /Unknown option '--colour'/],
  ['grade x --manifests a --server podlab.example', /a URL with http/],
  ['labs verify', /need a FOLDER/],
  ['labs burn a', /verify, solution or push, not burn/],
  ['labs solution a', /needs --seed/],
  ['labs solution a b --seed 1', /takes one LAB/],
  ['labs push a --server http://s', /needs --class/],
  ['labs push a --class c', /needs --server/],
])('“%s” is refused', (line, words) => {
  expect(() => parse(line)).toThrow(UsageError);
  expect(() => parse(line)).toThrow(words);
});

it('without a word it says how it is used, and that is a mistake', () => {
  expect(() => parseCommandLine([])).toThrow(new UsageError(USAGE));
});
