import { CONTRACT_LIMITS, LabDocument, LabPath, type LabProblem } from '@podlab/contracts';
import { compareStrings } from '../order';
import { bundleHash } from './hash';
import { LAB_FILE, type LabFiles, type LabReading } from './lab';
import { labProblems } from './lab-problems';
import { schemaProblems } from './schema-problems';
import { readYaml } from './yaml-text';

/** Reads a bundle: the lab, or every problem that was found. Never throws, whatever the files hold. */
export function readLab(files: LabFiles): LabReading {
  const sizes = sizeProblems(files);
  if (sizes.length > 0) return { problems: sizes };
  const text = Object.hasOwn(files, LAB_FILE) ? files[LAB_FILE] : undefined;
  if (text === undefined) return { problems: [{ file: LAB_FILE, message: 'the bundle has no such file' }] };
  const yaml = readYaml(LAB_FILE, text);
  if ('problem' in yaml) return { problems: [yaml.problem] };
  const parsed = LabDocument.safeParse(yaml.value);
  if (!parsed.success) return { problems: schemaProblems(yaml, parsed.error.issues) };
  const document = parsed.data;
  const lab = { name: document.metadata.name, hash: bundleHash(files), document, files };
  const problems = labProblems(lab, yaml).slice(0, CONTRACT_LIMITS.labProblems);
  return problems.length > 0 ? { problems } : { lab };
}

/** Nothing of a bundle is read before its sizes and paths are known to be sane. */
function sizeProblems(files: LabFiles): LabProblem[] {
  const paths = Object.keys(files).sort(compareStrings);
  const over = (
    limit: 'labFiles' | 'labFileCharacters' | 'labBundleCharacters',
    file: string,
  ): LabProblem => ({
    file,
    message: `${limit} is limited to ${CONTRACT_LIMITS[limit]}`,
  });
  if (paths.length > CONTRACT_LIMITS.labFiles) return [over('labFiles', LAB_FILE)];
  const problems: LabProblem[] = [];
  let characters = 0;
  for (const path of paths) {
    const [issue] = LabPath.safeParse(path).error?.issues ?? [];
    const file = path.slice(0, CONTRACT_LIMITS.labPathCharacters);
    if (issue) problems.push({ file, message: issue.message });
    if (files[path].length > CONTRACT_LIMITS.labFileCharacters)
      problems.push(over('labFileCharacters', file));
    characters += files[path].length;
  }
  if (characters > CONTRACT_LIMITS.labBundleCharacters) problems.push(over('labBundleCharacters', LAB_FILE));
  return problems.slice(0, CONTRACT_LIMITS.labProblems);
}
