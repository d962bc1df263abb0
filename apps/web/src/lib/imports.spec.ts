import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const source = join(__dirname, '..');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && !/\.spec\./.test(name),
);

const statements = (text: string): string[] => text.match(/^import [\s\S]*?;$/gm) ?? [];

/** One value of the contracts brings every schema, and zod, into the first load of the page. */
it('types alone are taken from the libraries', () => {
  const values = files.flatMap((name) =>
    statements(readFileSync(join(source, name), 'utf8'))
      .filter((line) => line.includes("from '@podlab/") && !line.startsWith('import type '))
      .map((line) => `${name}: ${line}`),
  );
  expect(values).toEqual([]);
});

it('features do not import each other', () => {
  const across = files.flatMap((name) => {
    const [, feature] = /^features\/([^/]+)\//.exec(name) ?? [];
    return feature === undefined
      ? []
      : statements(readFileSync(join(source, name), 'utf8'))
          .filter((line) => /from '(\.\.\/)+(features\/)?(?!\.|lib\/|components\/)[a-z]+\//.test(line))
          .map((line) => `${name}: ${line}`);
  });
  expect(across).toEqual([]);
});
