import { CONTRACT_LIMITS } from '@podlab/contracts';

/** The line on which a text nests deeper than any lab or manifest does, before a parser walks into it. */
export function lineTooDeep(text: string): number | undefined {
  const lines = text.split('\n');
  let brackets = 0;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    for (const character of line) {
      if (character === '[' || character === '{') brackets++;
      else if ((character === ']' || character === '}') && brackets > 0) brackets--;
      if (brackets > CONTRACT_LIMITS.labYamlDepth) return index + 1;
    }
    if (marksOf(line) > CONTRACT_LIMITS.labYamlDepth) return index + 1;
  }
  return undefined;
}

export const isNestedTooDeep = (text: string): boolean => lineTooDeep(text) !== undefined;

/** `- - ? -` at the beginning of a line opens as many levels. */
function marksOf(line: string): number {
  let marks = 0;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (character === ' ' || character === '\t') continue;
    if (!'-?:'.includes(character) || !(line[at + 1] === ' ' || line[at + 1] === '\t')) break;
    marks++;
  }
  return marks;
}
