import { filesOfFolder, filesOfJson } from './lab-files';

const file = (webkitRelativePath: string, text = webkitRelativePath) => ({
  name: webkitRelativePath.split('/').at(-1)!,
  webkitRelativePath,
  text: () => Promise.resolve(text),
});

it('a folder is its files by their path within it, without what is hidden', async () => {
  const files = [file('my-lab/lab.yaml', 'kind: Lab'), file('my-lab/text/a.ko.md'), file('my-lab/.git/HEAD')];
  expect(await filesOfFolder(files)).toEqual({
    'lab.yaml': 'kind: Lab',
    'text/a.ko.md': 'my-lab/text/a.ko.md',
  });
});

it.each<[string, Record<string, string> | null]>([
  ['{"lab.yaml": "a"}', { 'lab.yaml': 'a' }],
  ['{"files": {"lab.yaml": "a"}}', { 'lab.yaml': 'a' }],
  ['{"lab.yaml": 7}', null],
  ['["lab.yaml"]', null],
  ['kind: Lab', null],
])('%s as a bundle is %p', (text, files) => expect(filesOfJson(text)).toEqual(files));
