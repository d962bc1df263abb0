// Reads the table of docs/architecture.md: the layer of every project, and what it may import.

/**
 * @typedef {{
 *   project: string, layer: string, pure: boolean, lower: boolean, peers: string[], packages: string[], anyPackage: boolean
 * }} Row
 */

const CODE = /`([^`]+)`/g;
const codesIn = (text) => [...text.matchAll(CODE)].map((match) => match[1]);

/** @returns {{ layers: string[], rows: Map<string, Row> }} layers from below, rows by folder. */
export function readTable(markdown) {
  const layerLine = /^The layers from below: (.*)$/m.exec(markdown);
  if (!layerLine) throw new Error('docs/architecture.md has no line "The layers from below: …"');
  const rows = new Map();
  for (const line of markdown.split('\n')) {
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (cells.length !== 5 || !cells[0].startsWith('`')) continue;
    const row = readRow(cells);
    rows.set(row.project, row);
  }
  return { layers: codesIn(layerLine[1]), rows };
}

function readRow([project, layer, pure, imports, packages]) {
  return {
    project: codesIn(project)[0],
    layer,
    pure: pure === 'yes',
    lower: imports.startsWith('lower layers'),
    peers: codesIn(imports),
    packages: codesIn(packages),
    anyPackage: packages === 'any',
  };
}
