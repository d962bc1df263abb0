import { RegularExpression } from '../regular-expression';

/** A regular expression of grep or sed; undefined where the text is none. */
export function regularExpression(
  source: string,
  extended: boolean,
  flags: string,
): RegularExpression | undefined {
  return RegularExpression.compile(extended ? source : basicToExtended(source), flags);
}

/** In a basic expression `+ ? | ( ) { }` are plain and their escaped forms are special. */
function basicToExtended(source: string): string {
  return source.replace(/\\?[+?|(){}]/g, (found) => (found.startsWith('\\') ? found.slice(1) : `\\${found}`));
}
