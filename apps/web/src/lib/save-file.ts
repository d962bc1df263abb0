/** Hands a text to the reader as a file. */
export function saveFile(name: string, text: string, type: string): void {
  // Spreadsheets take UTF-8 for what it is only where it begins with its mark.
  const mark = type === 'text/csv' ? '\ufeff' : '';
  const url = URL.createObjectURL(new Blob([mark + text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
