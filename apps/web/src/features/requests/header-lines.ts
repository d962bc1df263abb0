/** Headers as one writes them: `Name: value`, one a line. */
export interface HeaderLines {
  headers: Record<string, string>;
  /** The first line that is no header. */
  fault: string | null;
}

const LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*:\s*(.*)$/;

export function readHeaders(text: string): HeaderLines {
  const headers: Record<string, string> = {};
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const [, name, value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) return { headers, fault: line };
    headers[name] = value;
  }
  return { headers, fault: null };
}
