import { lineTooDeep } from '@podlab/cluster';
import { CONTRACT_LIMITS, type LabProblem } from '@podlab/contracts';
import { isNode, LineCounter, parseAllDocuments, parseDocument, type Document } from 'yaml';

/** YAML with a way back from a value to the line it stands on. */
export interface YamlText {
  readonly value: unknown;
  /** Of the value, or of the nearest one around it that stands there. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

const OPTIONS = { uniqueKeys: true, logLevel: 'silent', strict: true } as const;

/** Reads one document; never throws, whatever the text is. */
export function readYaml(file: string, text: string): YamlText | { problem: LabProblem } {
  const deep = lineTooDeep(text);
  if (deep !== undefined) {
    const message = `labYamlDepth is limited to ${CONTRACT_LIMITS.labYamlDepth}`;
    return { problem: { file, line: deep, message } };
  }
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { ...OPTIONS, lineCounter });
  const [error] = document.errors;
  if (error) {
    const { line } = lineCounter.linePos(error.pos[0]);
    return { problem: { file, line, message: error.message.split('\n')[0] } };
  }
  const value = toData(document);
  if ('message' in value) return { problem: { file, line: 1, message: value.message } };
  return { value: value.data, lineOf: (path) => lineOf(document, lineCounter, path) };
}

/** What keeps a text from being a file of manifests; undefined when nothing does. */
export function manifestProblem(text: string): string | undefined {
  if (lineTooDeep(text) !== undefined) return `labYamlDepth is limited to ${CONTRACT_LIMITS.labYamlDepth}`;
  const documents = parseAllDocuments(text, { ...OPTIONS, version: '1.1', merge: true });
  if (!Array.isArray(documents)) return undefined;
  for (const document of documents) {
    const [error] = document.errors;
    if (error) return error.message.split('\n')[0];
    const value = toData(document);
    if ('message' in value) return value.message;
  }
  return undefined;
}

/** As JSON has it; aliases unfold to so many at most. */
function toData(document: Document): { data: unknown } | { message: string } {
  try {
    const data: unknown = document.toJS({ maxAliasCount: CONTRACT_LIMITS.labYamlAliases });
    return { data: JSON.parse(JSON.stringify(data ?? null)) as unknown };
  } catch (error) {
    return { message: (error as Error).message.split('\n')[0] };
  }
}

function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}
