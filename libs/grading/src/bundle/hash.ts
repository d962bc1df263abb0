import { compareStrings } from '../order';
import { hex, sha256 } from '@podlab/kernel';
import type { LabFiles } from './lab';

/** SHA-256 of a bundle: of its paths and texts in the order of the paths, whatever order they came in. */
export function bundleHash(files: LabFiles): string {
  const paths = Object.keys(files).sort(compareStrings);
  return hex(sha256(JSON.stringify(paths.map((path) => [path, files[path]]))));
}
