/** One line of a scenario: prose (`# …`), or a command with its words and, after `<<END`, a block of text. */
export interface ScenarioLine {
  readonly number: number;
  readonly text: string;
  readonly words: readonly string[];
  readonly block?: string;
}

/** A scenario that can't be read; the message names the line. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
  }
}

/** Takes a `.sim` text apart; empty lines fall away. */
export function parseScenario(text: string): ScenarioLine[] {
  const lines = text.split('\n');
  const parsed: ScenarioLine[] = [];
  for (let index = 0; index < lines.length; index++) {
    const number = index + 1;
    const line = lines[index].trimEnd();
    if (line.trim() === '') continue;
    const here = /^(.*?)\s*<<(\w+)$/.exec(line);
    if (!here) {
      parsed.push({ number, text: line, words: line.startsWith('#') ? [] : split(line) });
      continue;
    }
    const end = lines.indexOf(here[2], index + 1);
    if (end < 0) throw new ScenarioError(number, `the block has no closing ${here[2]}`);
    const block = lines.slice(index + 1, end).join('\n');
    parsed.push({ number, text: here[1], words: split(here[1]), block });
    index = end;
  }
  return parsed;
}

const split = (line: string) => line.trim().split(/\s+/);

/** `30s`, `5m`, `250ms` in milliseconds. */
export function parseDuration(line: ScenarioLine, text: string): number {
  const match = /^(\d+)(ms|s|m|h)$/.exec(text);
  if (!match) throw new ScenarioError(line.number, `${text} is no duration, such as 30s`);
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] as 'ms' | 's' | 'm' | 'h'];
}
