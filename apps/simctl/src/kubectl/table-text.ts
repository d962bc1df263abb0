/** The part of a meta/v1 Table that is printed. */
export interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

const BETWEEN_COLUMNS = '   ';

/** A Table as kubectl prints it. */
export function tableText(table: Table, wide: boolean): string {
  const shown = table.columnDefinitions
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => wide || column.priority === 0);
  const lines = [
    shown.map(({ column }) => column.name.toUpperCase()),
    ...table.rows.map(({ cells }) => shown.map(({ index }) => String(cells[index] ?? '<none>'))),
  ];
  return alignedText(lines);
}

/** Lines of cells, one under another. */
export function alignedText(lines: readonly (readonly string[])[]): string {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => cell.padEnd(widths[column])).join(BETWEEN_COLUMNS);
  return lines.map((cells) => line(cells).trimEnd()).join('\n');
}
