import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { labOf } from '../test-support';
import { verifyLab } from './verify-lab';

// `npm run labs:verify` tries every lab with twenty seeds; here each variant is met once.
const LABS = join(__dirname, '../../../../labs');

const names = readdirSync(LABS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'template')
  .map((entry) => entry.name)
  .sort();

function filesOf(name: string): Record<string, string> {
  const folder = join(LABS, name);
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}

it.each(names)('%s keeps its promises', (name) => {
  expect(verifyLab(labOf(filesOf(name)), { seeds: ['1'] })).toEqual([]);
});
