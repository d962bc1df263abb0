/**
 * The line discipline of a terminal: what somebody types is echoed and edited here, so that a cluster hears of whole
 * lines and its log is not one entry a key.
 */

/** What a piece of typing comes to. */
export type TerminalAction =
  | { readonly kind: 'echo'; readonly text: string }
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'interrupt' };

/** How the shell is told that an input ends here. */
const END_OF_INPUT = '\u0004';
const LINE_CHARACTERS = 4096;
const HISTORY_LINES = 100;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\u{1f300}-\u{1faff}]/u;
const ESCAPE = '\u001b';
/** One key each: an escape sequence, or a character. */
const KEYS = new RegExp(`${ESCAPE}\\[[0-9;]*[A-Za-z~]|${ESCAPE}O[A-Z]|${ESCAPE}.?|[^]`, 'gu');

export class Terminal {
  private line = '';
  private readonly history: string[] = [];
  /** Where in the history the line is from; its end is the line being written. */
  private place = 0;

  /** Takes keys in the order they were pressed. */
  type(keys: string): TerminalAction[] {
    const actions: TerminalAction[] = [];
    for (const [key] of keys.matchAll(KEYS)) actions.push(...this.press(key));
    return actions;
  }

  /** What a program prints, as a terminal shows it. */
  static show(text: string): string {
    return text.replace(/\r?\n/g, '\r\n');
  }

  private press(key: string): TerminalAction[] {
    switch (key) {
      case '\r':
      case '\n':
        return this.enter();
      case '\u0003':
        this.line = '';
        this.place = this.history.length;
        return [echo('^C\r\n'), { kind: 'interrupt' }];
      case '\u0004':
        return this.endInput();
      case '\u0008':
      case '\u007f':
        return this.line === '' ? [] : this.replace([...this.line].slice(0, -1).join(''));
      case '\u0015':
        return this.replace('');
      case '\u0017':
        return this.replace(this.line.replace(/\S*\s*$/, ''));
      case '\u001b[A':
      case '\u001bOA':
        return this.recall(this.place - 1);
      case '\u001b[B':
      case '\u001bOB':
        return this.recall(this.place + 1);
    }
    if (key < ' ' || this.line.length >= LINE_CHARACTERS) return [];
    this.line += key;
    return [echo(key)];
  }

  private enter(): TerminalAction[] {
    const { line, history } = this;
    if (line.trim() !== '' && line !== history[history.length - 1]) history.push(line);
    if (history.length > HISTORY_LINES) history.shift();
    this.line = '';
    this.place = history.length;
    return [echo('\r\n'), { kind: 'line', text: `${line}\n` }];
  }

  private endInput(): TerminalAction[] {
    const text = this.line + END_OF_INPUT;
    this.line = '';
    return [{ kind: 'line', text }];
  }

  private recall(place: number): TerminalAction[] {
    if (place < 0 || place > this.history.length) return [];
    this.place = place;
    return this.replace(this.history[place] ?? '');
  }

  /** Another text in the place of what stands there. */
  private replace(text: string): TerminalAction[] {
    const kept = commonStart(this.line, text);
    const width = [...this.line.slice(kept.length)].reduce((sum, each) => sum + (WIDE.test(each) ? 2 : 1), 0);
    this.line = text;
    return [echo('\b \b'.repeat(width) + text.slice(kept.length))];
  }
}

function echo(text: string): TerminalAction {
  return { kind: 'echo', text };
}

function commonStart(a: string, b: string): string {
  let kept = '';
  for (const character of a) {
    if (!b.startsWith(kept + character)) break;
    kept += character;
  }
  return kept;
}
