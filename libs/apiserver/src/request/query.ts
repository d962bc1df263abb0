/** A query string as the API reads it: the first value of a name counts, an absent one is undefined. */
export class Query {
  private readonly values = new Map<string, string>();
  private readonly pairs: [name: string, value: string][] = [];

  constructor(text: string) {
    for (const pair of text.split('&')) {
      if (!pair) continue;
      const equals = pair.indexOf('=');
      const name = decode(equals < 0 ? pair : pair.slice(0, equals));
      const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
      if (!this.values.has(name)) this.values.set(name, value);
      this.pairs.push([name, value]);
    }
  }

  get(name: string): string | undefined {
    return this.values.get(name);
  }

  /** Every value of a name, in order. */
  all(name: string): string[] {
    return this.pairs.filter(([key]) => key === name).map(([, value]) => value);
  }

  /** True for `name`, `name=true` and `name=1`, as Go's conversion of booleans takes them. */
  flag(name: string): boolean {
    const value = this.values.get(name);
    return value !== undefined && value !== 'false' && value !== '0';
  }

  /** A whole number; undefined when it is absent or no number. */
  number(name: string): number | undefined {
    const value = this.values.get(name);
    return value !== undefined && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
  }
}

function decode(text: string): string {
  return percentDecode(text.replace(/\+/g, ' ')) ?? text;
}

/** Undoes percent-encoding; undefined when the text is malformed. */
export function percentDecode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // not UTF-8: the caller answers 400
  }
}
