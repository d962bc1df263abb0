/** The lines that hold the words, whatever their case; all of them where nothing is looked for. */
export const matchingLines = (text: string, find: string): string =>
  find.trim() === ''
    ? text
    : text
        .split('\n')
        .filter((line) => line.toLowerCase().includes(find.trim().toLowerCase()))
        .join('\n');
