import { checkNesting, ShellSyntaxError } from './syntax';
import type {
  Assignment,
  CaseClause,
  IfClause,
  ListItem,
  Redirect,
  ShellNode,
  Word,
  WordPart,
} from './syntax';
import { WordParser } from './word-parser';

const RESERVED: ReadonlySet<string> = new Set([
  'then',
  'else',
  'elif',
  'fi',
  'do',
  'done',
  'esac',
  '}',
  ')',
  ';;',
]);
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Commands that one chain of `&&` and `||` holds. */
const CHAIN_LIMIT = 1000;

interface HereDocument {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly target: WordPart[];
}

/** Parses a POSIX shell script (the part of the grammar that container commands use). */
export function parseScript(source: string): ShellNode {
  return new ScriptParser(source, 0).script();
}

class ScriptParser {
  private readonly words: WordParser;
  /** Opened and not read yet; the parts of a body go into `target` when its line is reached. */
  private readonly hereDocuments: HereDocument[] = [];
  private depth: number;

  constructor(
    private readonly source: string,
    depth: number,
  ) {
    this.depth = depth;
    checkNesting(depth);
    this.words = this.wordsOf(source);
  }

  /** A word's expansions stand as deep as the command that they are read for. */
  private wordsOf(source: string): WordParser {
    return new WordParser(source, (script, depth) => new ScriptParser(script, this.depth + depth).script());
  }

  script(): ShellNode {
    const list = this.list();
    this.skipBlankLines();
    if (this.words.at < this.source.length) throw this.unexpected();
    return list;
  }

  private list(): ShellNode {
    checkNesting(++this.depth);
    const items: ListItem[] = [];
    for (;;) {
      this.skipBlankLines();
      if (this.words.at >= this.source.length || RESERVED.has(this.peekToken())) break;
      const node = this.andOr();
      this.skipBlanks();
      const background = this.peek() === '&' && this.peek(1) !== '&';
      items.push({ node, background });
      if (background || (this.peek() === ';' && this.peek(1) !== ';')) this.words.at++;
      else if (this.peek() !== '\n') break;
    }
    this.depth--;
    return items.length === 1 && !items[0].background ? items[0].node : { type: 'list', items };
  }

  private andOr(): ShellNode {
    let left = this.pipeline();
    for (let length = 1; ; length++) {
      if (length > CHAIN_LIMIT) throw new ShellSyntaxError('syntax error: chain of commands is too long');
      this.skipBlanks();
      const operator = this.source.slice(this.words.at, this.words.at + 2);
      if (operator !== '&&' && operator !== '||') return left;
      this.words.at += 2;
      this.skipBlankLines();
      left = { type: 'and-or', left, operator, right: this.pipeline() };
    }
  }

  private pipeline(): ShellNode {
    this.skipBlanks();
    let negated = false;
    while (this.peekToken() === '!') {
      negated = !negated;
      this.words.at++;
      this.skipBlanks();
    }
    const commands = [this.command()];
    for (;;) {
      this.skipBlanks();
      if (this.peek() !== '|' || this.peek(1) === '|') break;
      this.words.at++;
      this.skipBlankLines();
      commands.push(this.command());
    }
    return commands.length === 1 && !negated ? commands[0] : { type: 'pipeline', commands, negated };
  }

  private command(): ShellNode {
    this.skipBlanks();
    const body = this.compound();
    if (!body) return this.simple();
    const redirects: Redirect[] = [];
    for (let redirect = this.redirect(); redirect; redirect = this.redirect()) redirects.push(redirect);
    return redirects.length > 0 ? { type: 'redirected', body, redirects } : body;
  }

  private compound(): ShellNode | undefined {
    switch (this.peekToken()) {
      case 'if':
        return this.ifCommand();
      case 'while':
      case 'until':
        return this.whileCommand();
      case 'for':
        return this.forCommand();
      case 'case':
        return this.caseCommand();
      case '{':
        return this.enclosed('{', '}');
      case '(':
        return { type: 'subshell', body: this.enclosed('(', ')') };
      default:
        return this.functionDefinition();
    }
  }

  private enclosed(open: string, close: string): ShellNode {
    this.take(open);
    const body = this.list();
    this.take(close);
    return body;
  }

  private ifCommand(): ShellNode {
    const clauses: IfClause[] = [];
    this.take('if');
    for (;;) {
      const condition = this.list();
      this.take('then');
      clauses.push({ condition, body: this.list() });
      if (this.peekToken() !== 'elif') break;
      this.take('elif');
    }
    let otherwise: ShellNode | undefined;
    if (this.peekToken() === 'else') {
      this.take('else');
      otherwise = this.list();
    }
    this.take('fi');
    return { type: 'if', clauses, otherwise };
  }

  private whileCommand(): ShellNode {
    const until = this.peekToken() === 'until';
    this.take(until ? 'until' : 'while');
    const condition = this.list();
    return { type: 'while', until, condition, body: this.doGroup() };
  }

  private doGroup(): ShellNode {
    this.take('do');
    const body = this.list();
    this.take('done');
    return body;
  }

  private forCommand(): ShellNode {
    this.take('for');
    this.skipBlanks();
    const name = this.literal();
    if (!NAME.test(name)) throw new ShellSyntaxError('syntax error: bad for loop variable');
    this.skipBlankLines();
    let words: Word[] | undefined;
    if (this.peekToken() === 'in') {
      this.take('in');
      words = this.wordsToLineEnd();
    }
    this.skipBlanks();
    if (this.peek() === ';') this.words.at++;
    return { type: 'for', name, words, body: this.doGroup() };
  }

  private wordsToLineEnd(): Word[] {
    const words: Word[] = [];
    for (;;) {
      this.skipBlanks();
      const word = this.words.word();
      if (!word) return words;
      words.push(word);
    }
  }

  private caseCommand(): ShellNode {
    this.take('case');
    this.skipBlanks();
    const word = this.words.word();
    if (!word) throw this.unexpected();
    this.skipBlankLines();
    this.take('in');
    const clauses: CaseClause[] = [];
    for (;;) {
      this.skipBlankLines();
      if (this.peekToken() === 'esac') break;
      if (this.peek() === '(') this.words.at++;
      const patterns = this.casePatterns();
      const body = this.list();
      clauses.push({ patterns, body });
      this.skipBlankLines();
      if (this.peekToken() === ';;') this.take(';;');
      else break;
    }
    this.take('esac');
    return { type: 'case', word, clauses };
  }

  private casePatterns(): Word[] {
    const patterns: Word[] = [];
    for (;;) {
      this.skipBlanks();
      const word = this.words.word();
      if (!word) throw this.unexpected();
      patterns.push(word);
      this.skipBlanks();
      const next = this.source[this.words.at++];
      if (next === ')') return patterns;
      if (next !== '|') throw this.unexpected();
    }
  }

  private functionDefinition(): ShellNode | undefined {
    const rest = this.source.slice(this.words.at, this.words.at + 200);
    const match = /^(?:function[ \t]+)?([A-Za-z_][A-Za-z0-9_-]*)[ \t]*\([ \t]*\)/.exec(rest);
    if (!match) return undefined;
    this.words.at += match[0].length;
    this.skipBlankLines();
    return { type: 'function', name: match[1], body: this.command() };
  }

  private simple(): ShellNode {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      this.skipBlanks();
      const redirect = this.redirect();
      if (redirect) {
        redirects.push(redirect);
        continue;
      }
      const word = this.words.word();
      if (!word) break;
      const assignment = words.length === 0 ? asAssignment(word) : undefined;
      if (assignment) assignments.push(assignment);
      else words.push(word);
    }
    if (assignments.length + words.length + redirects.length === 0) throw this.unexpected();
    return { type: 'simple', assignments, words, redirects };
  }

  private redirect(): Redirect | undefined {
    this.skipBlanks();
    const match = /^([0-9]?)(<<-|<<<|<<|<&|>&|>>|>\||&>>|&>|<|>)/.exec(
      this.source.slice(this.words.at, this.words.at + 5),
    );
    if (!match) return undefined;
    this.words.at += match[0].length;
    this.skipBlanks();
    const operator = match[2];
    const output = operator.includes('>');
    const descriptor = match[1] === '' ? (output ? 1 : 0) : Number(match[1]);
    if (operator === '<<' || operator === '<<-') return this.hereDocument(descriptor, operator === '<<-');
    const target = this.words.word();
    if (!target) throw this.unexpected();
    if (operator === '<<<') {
      return {
        descriptor,
        operator: 'text',
        target: [...target, { kind: 'text', text: '\n', quoted: true }],
      };
    }
    const plain = operator === '>|' ? '>' : operator === '&>>' ? '&>' : operator;
    return { descriptor, operator: plain as Redirect['operator'], target };
  }

  private hereDocument(descriptor: number, stripTabs: boolean): Redirect {
    const word = this.words.word();
    if (!word) throw this.unexpected();
    const delimiter = word.map((part) => (part.kind === 'text' ? part.text : '')).join('');
    const quoted = word.some((part) => part.quoted);
    const target: WordPart[] = [];
    this.hereDocuments.push({ delimiter, quoted, stripTabs, target });
    return { descriptor, operator: 'text', target };
  }

  /** Reads the bodies of here-documents that were opened on the line that ends here. */
  private readHereDocuments(): void {
    for (const document of this.hereDocuments.splice(0)) {
      let text = '';
      for (;;) {
        if (this.words.at >= this.source.length) break;
        const end = this.source.indexOf('\n', this.words.at);
        const stop = end < 0 ? this.source.length : end;
        let line = this.source.slice(this.words.at, stop);
        this.words.at = end < 0 ? stop : stop + 1;
        if (document.stripTabs) line = line.replace(/^\t+/, '');
        if (line === document.delimiter) break;
        text += `${line}\n`;
      }
      const inner = this.wordsOf(text);
      if (document.quoted) document.target.push({ kind: 'text', text, quoted: true });
      else document.target.push(...inner.doubleQuoted(''));
    }
  }

  private literal(): string {
    const word = this.words.word();
    return word?.length === 1 && word[0].kind === 'text' ? word[0].text : '';
  }

  private take(token: string): void {
    this.skipBlankLines();
    if (this.peekToken() !== token) throw this.unexpected();
    this.words.at += token.length;
  }

  private peek(offset = 0): string {
    return this.source[this.words.at + offset] ?? '';
  }

  /** The reserved word or operator that stands next; a word that goes on past it is not reserved. */
  private peekToken(): string {
    const rest = this.source.slice(this.words.at, this.words.at + 8);
    return /^(?:;;|\(|\)|(?:[a-z]+|[{}!])(?=[\s;&|<>()]|$))/.exec(rest)?.[0] ?? '';
  }

  private skipBlanks(): void {
    for (;;) {
      const character = this.peek();
      if (character === ' ' || character === '\t' || character === '\r') this.words.at++;
      else if (character === '\\' && this.peek(1) === '\n') this.words.at += 2;
      else if (character === '#') this.skipComment();
      else return;
    }
  }

  private skipComment(): void {
    const end = this.source.indexOf('\n', this.words.at);
    this.words.at = end < 0 ? this.source.length : end;
  }

  private skipBlankLines(): void {
    for (;;) {
      this.skipBlanks();
      if (this.peek() !== '\n') return;
      this.words.at++;
      this.readHereDocuments();
    }
  }

  private unexpected(): ShellSyntaxError {
    const token = this.peekToken() || (this.peek() === '\n' ? 'newline' : this.peek());
    return new ShellSyntaxError(
      token === '' ? 'syntax error: unexpected end of file' : `syntax error: unexpected "${token}"`,
    );
  }
}

function asAssignment(word: Word): Assignment | undefined {
  const first = word[0];
  if (first?.kind !== 'text' || first.quoted) return undefined;
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(first.text);
  if (!match) return undefined;
  const rest = first.text.slice(match[0].length);
  const value: Word = rest === '' ? word.slice(1) : [{ ...first, text: rest }, ...word.slice(1)];
  return { name: match[1], value };
}
