// Builds the server, the dashboard and the API documents where they changed: what an image needs.
import { fileURLToPath } from 'node:url';
import { buildAll } from './set-up.mjs';

await buildAll(fileURLToPath(new URL('../..', import.meta.url)));
