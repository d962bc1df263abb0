/** One line of a scenario: prose (`# …`), or a command with its words and, after `<<END`, a block of text. */
export interface ScenarioLine {
  readonly number: number;
  /** As it is written, its block included. */
  readonly text: string;
  /** Empty for prose. */
  readonly words: readonly string[];
  /** The variable that the answer goes to: `NAME=$(…)`. */
  readonly variable?: string;
  readonly block?: string;
}

/** A scenario that can't be read; the message names the line. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  constructor(line: { readonly number: number }, message: string) {
    super(`line ${line.number}: ${message}`);
  }
}

/** Takes a `.sim` text apart; empty lines fall away. Throws {@link ScenarioError}. */
export function parseScenario(text: string): ScenarioLine[] {
  const lines = text.split('\n');
  const parsed: ScenarioLine[] = [];
  for (let index = 0; index < lines.length; index++) {
    const number = index + 1;
    const line = lines[index].trim();
    if (line === '') continue;
    const opening = /^(.*?)\s*<<(\w+)$/.exec(line);
    if (!opening || line.startsWith('#')) {
      parsed.push(parseLine(number, line));
      continue;
    }
    const end = lines.indexOf(opening[2], index + 1);
    if (end < 0) throw new ScenarioError({ number }, `the block has no closing ${opening[2]}`);
    const block = lines.slice(index + 1, end).join('\n');
    parsed.push({ ...parseLine(number, opening[1]), text: `${line}\n${block}\n${opening[2]}`, block });
    index = end;
  }
  return parsed;
}

function parseLine(number: number, text: string): ScenarioLine {
  if (text.startsWith('#')) return { number, text, words: [] };
  const assignment = /^([A-Z]\w*)=\$\((.*)\)$/.exec(text);
  if (!assignment) return { number, text, words: split(text) };
  return { number, text, words: split(assignment[2]), variable: assignment[1] };
}

/** Words as a shell splits them; single quotes hold one together. */
const split = (text: string): string[] =>
  (text.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ''));

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `30s`, `5m`, `250ms` in milliseconds. Throws {@link ScenarioError}. */
export function parseDuration(line: ScenarioLine, text: string | undefined): number {
  const match = /^(\d+)(ms|s|m|h)$/.exec(text ?? '');
  if (!match) throw new ScenarioError(line, `${text} is no duration, such as 30s`);
  return Number(match[1]) * UNIT_MS[match[2]];
}

/** What follows `word` in a line. Throws {@link ScenarioError} when nothing does. */
export function wordAfter(line: ScenarioLine, word: string): string {
  const found = optionalWordAfter(line, word);
  if (found === undefined) throw new ScenarioError(line, `${line.words[0]} needs ${word} …`);
  return found;
}

export function optionalWordAfter(line: ScenarioLine, word: string): string | undefined {
  const at = line.words.indexOf(word);
  return at < 0 ? undefined : line.words[at + 1];
}

/** The words of the form `name=value`. */
export const pairsOf = (words: readonly string[]): Map<string, string> =>
  new Map(
    words
      .filter((word) => word.includes('='))
      .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
