interface Table {
  columnDefinitions: { name: string; priority: number }[];
  rows: { cells: unknown[] }[];
}

/** A Table as kubectl prints it. */
export function tableText(table: Table, wide: boolean): string {
  if (table.rows.length === 0) return 'No resources found';
  const shown = table.columnDefinitions
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => wide || column.priority === 0);
  const lines = [
    shown.map(({ column }) => column.name.toUpperCase()),
    ...table.rows.map(({ cells }) => shown.map(({ index }) => String(cells[index] ?? '<none>'))),
  ];
  const widths = shown.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
