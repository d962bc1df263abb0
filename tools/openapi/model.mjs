// Reads the Kubernetes 1.36 model that @kubernetes/client-node carries as data: its classes' attributeTypeMap
// gives names, types and formats; the matching .d.ts gives descriptions and, by a missing "?", what is required.
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
export const generatedFolder = join(dirname(require.resolve('@kubernetes/client-node')), 'gen');
const models = join(generatedFolder, 'models');

/** The class names of every model, for example `V1Pod`. */
export async function listModels() {
  const files = await readdir(models);
  return files.filter((file) => file.endsWith('.d.ts')).map((file) => file.slice(0, -5));
}

/** `{name, description, properties: [{name, type, format, required, description}]}` of one class, or undefined. */
export async function readModel(name) {
  const [code, types] = await Promise.all([readText(`${name}.js`), readText(`${name}.d.ts`)]);
  const attributes = /attributeTypeMap = (\[[\s\S]*?\n\]);/.exec(code ?? '');
  if (!attributes) return undefined;
  return {
    name,
    description: unescapeText(/\/\*\*\s*\n\* ([\s\S]*?)\n\*\/\nexport declare class/.exec(types)?.[1] ?? ''),
    properties: JSON.parse(attributes[1].replace(/,(\s*[\]}])/g, '$1')).map((attribute) => ({
      name: attribute.baseName,
      type: attribute.type,
      format: attribute.format,
      ...declaration(types, attribute.name),
    })),
  };
}

async function readText(file) {
  try {
    return await readFile(join(models, file), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function declaration(types, name) {
  const pattern = new RegExp(
    `/\\*\\*\\s*\\n\\s*\\* ((?:(?!\\*/)[\\s\\S])*?)\\n\\s*\\*/\\n\\s*'${name.replace(/\$/g, '\\$')}'(\\??):`,
  );
  const match = pattern.exec(types);
  const bare = new RegExp(`'${name.replace(/\$/g, '\\$')}'(\\??):`).exec(types);
  return { description: unescapeText(match?.[1] ?? ''), required: bare?.[1] === '' };
}

export const unescapeText = (text) =>
  text
    .replace(/\\'/g, "'")
    .replace(/\\"/g, '"')
    .replace(/\s*\n\s*\*\s*/g, ' ')
    .trim();

/** The pieces of a client-node type: `Array<V1Pod>`, `{ [key: string]: string; }`, `V1PodSpec`, `number`. */
export function parseType(text) {
  const list = /^Array<(.*)>$/.exec(text);
  if (list) return { kind: 'list', of: parseType(list[1]) };
  const map = /^\{ \[key: string\]: (.*?);? \}$/.exec(text);
  if (map) return { kind: 'map', of: parseType(map[1]) };
  const union = text.split(' | ');
  if (union.length > 1) return parseType(union[0]);
  return { kind: 'name', name: text };
}
