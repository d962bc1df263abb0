/** A file as a folder input gives it. */
export interface FolderFile {
  name: string;
  webkitRelativePath: string;
  text(): Promise<string>;
}

/** The bundle of a lab's folder: path within it → text. What an editor or git keeps beside it is left out. */
export async function filesOfFolder(files: Iterable<FolderFile>): Promise<Record<string, string>> {
  const bundle: [string, string][] = [];
  for (const file of files) {
    const path = file.webkitRelativePath ? file.webkitRelativePath.split('/').slice(1) : [file.name];
    if (path.some((part) => part.startsWith('.'))) continue;
    bundle.push([path.join('/'), await file.text()]);
  }
  return Object.fromEntries(bundle.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** A bundle as JSON: a map from path to text, also under `files`; null where it is none. */
export function filesOfJson(text: string): Record<string, string> | null {
  try {
    const parsed = JSON.parse(text) as unknown;
    const files = isRecord(parsed) && isRecord(parsed['files']) ? parsed['files'] : parsed;
    if (!isRecord(files) || !Object.values(files).every((value) => typeof value === 'string')) return null;
    return files as Record<string, string>;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
