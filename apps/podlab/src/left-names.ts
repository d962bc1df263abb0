import type { Lab } from '@podlab/grading';
import { isMap, isScalar, parseAllDocuments, visit, type Document, type Pair } from 'yaml';

/**
 * The lab's own variables that stand as `${name}` in manifests, where only a value makes sense: not in the command of a
 * container and not in the data of a ConfigMap or Secret, for a shell and a configuration have names of their own.
 */
export function leftNames(lab: Lab, manifests: string): string[] {
  const declared = variableNames(lab);
  const marked = manifests.replaceAll(PLACE, (place, name: string) =>
    declared.has(name) ? `${OPEN}${name}${CLOSE}` : place,
  );
  const documents = marked === manifests ? [] : parseAllDocuments(marked);
  return [...new Set([...documents].flatMap(markedIn))];
}

/** `$${name}` is no place: it is how a lab writes a plain `${name}`. */
const PLACE = /(?<!\$)\$\{([a-z][a-z0-9_-]*)\}/g;
/** For braces, which YAML would read as a mapping within `{ port: ${port} }`. */
const OPEN = '\uE000';
const CLOSE = '\uE001';
const MARK = new RegExp(`${OPEN}([^${CLOSE}]*)${CLOSE}`, 'g');

function variableNames({ document: { variables, variants } }: Lab): Set<string> {
  const ofVariants = variants.flatMap((variant) => ['variant', ...Object.keys(variant.variables)]);
  return new Set([...Object.keys(variables), ...ofVariants]);
}

function markedIn(document: Document): string[] {
  const names: string[] = [];
  visit(document, {
    Pair: (_key, pair, path) => (isOfPrograms(pair, path.at(-1)) ? visit.SKIP : undefined),
    Scalar: (_key, { value }) => {
      if (typeof value === 'string') names.push(...[...value.matchAll(MARK)].map((match) => match[1]));
    },
  });
  return names;
}

const COMMANDS: ReadonlySet<unknown> = new Set(['command', 'args']);
const DATA: ReadonlySet<unknown> = new Set(['data', 'stringData', 'binaryData']);
const DATA_KINDS: ReadonlySet<unknown> = new Set(['ConfigMap', 'Secret']);

function isOfPrograms({ key }: Pair, parent: unknown): boolean {
  const name = isScalar(key) ? key.value : undefined;
  if (COMMANDS.has(name)) return true;
  return DATA.has(name) && isMap(parent) && DATA_KINDS.has(parent.get('kind'));
}
