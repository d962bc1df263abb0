// Records what kubectl makes of each patch: `node libs/apimachinery/testdata/record-strategic-merge-patch.mjs [kubectl]`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kubectl = process.argv[2] ?? 'kubectl';
const FILES = ['strategic-merge-patch.json', 'strategic-merge-patch-random.json'];
const folder = mkdtempSync(join(tmpdir(), 'podlab-patch-'));

function record(each) {
  const document = join(folder, 'document.json');
  writeFileSync(document, JSON.stringify(each.document));
  const patch = JSON.stringify(each.patch);
  try {
    const args = ['patch', '--local', '--type', 'strategic', '-f', document, '-p', patch, '-o', 'json'];
    each.expected = JSON.parse(execFileSync(kubectl, args, { encoding: 'utf8', stdio: 'pipe' }));
    delete each.error;
  } catch (error) {
    each.error = String(error.stderr).trim();
    delete each.expected;
  }
}

for (const name of FILES) {
  const file = new URL(name, import.meta.url);
  const cases = JSON.parse(readFileSync(file, 'utf8'));
  cases.forEach(record);
  writeFileSync(file, `${JSON.stringify(cases, null, 2)}\n`);
}
rmSync(folder, { recursive: true });
