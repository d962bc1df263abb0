// `npm run generate:not-supported`: writes docs/not-supported.md.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { loadLibraries } from '../openapi/libraries.mjs';
import { listServed } from '../openapi/served.mjs';
import { BEHAVIOURS } from './behaviours.mjs';
import { missingOf, renderPage } from './page.mjs';
import { listUpstream } from './upstream.mjs';

const page = fileURLToPath(new URL('../../docs/not-supported.md', import.meta.url));
const missing = missingOf(await listUpstream(), listServed(await loadLibraries()));
const text = await format(renderPage(BEHAVIOURS, missing), {
  ...(await resolveConfig(page)),
  parser: 'markdown',
});
await writeFile(page, text);
console.log(`${BEHAVIOURS.length} rows, ${missing.length} resources that are not served`);
