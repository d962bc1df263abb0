import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PODLAB_VERSION } from './version';

it('is the version that package.json states', () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as {
    version: string;
  };
  expect(PODLAB_VERSION).toBe(version);
});
