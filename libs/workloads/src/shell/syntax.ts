/** What the parser makes of a script: plain data. */
export type ShellNode =
  | SimpleCommand
  | { readonly type: 'pipeline'; readonly commands: readonly ShellNode[]; readonly negated: boolean }
  | {
      readonly type: 'and-or';
      readonly left: ShellNode;
      readonly operator: '&&' | '||';
      readonly right: ShellNode;
    }
  | { readonly type: 'list'; readonly items: readonly ListItem[] }
  | { readonly type: 'if'; readonly clauses: readonly IfClause[]; readonly otherwise?: ShellNode }
  | {
      readonly type: 'while';
      readonly until: boolean;
      readonly condition: ShellNode;
      readonly body: ShellNode;
    }
  | {
      readonly type: 'for';
      readonly name: string;
      readonly words?: readonly Word[];
      readonly body: ShellNode;
    }
  | { readonly type: 'case'; readonly word: Word; readonly clauses: readonly CaseClause[] }
  | { readonly type: 'subshell'; readonly body: ShellNode }
  | { readonly type: 'function'; readonly name: string; readonly body: ShellNode }
  | { readonly type: 'redirected'; readonly body: ShellNode; readonly redirects: readonly Redirect[] };

export interface SimpleCommand {
  readonly type: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

export interface ListItem {
  readonly node: ShellNode;
  readonly background: boolean;
}

export interface IfClause {
  readonly condition: ShellNode;
  readonly body: ShellNode;
}

export interface CaseClause {
  readonly patterns: readonly Word[];
  readonly body: ShellNode;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

export interface Redirect {
  readonly descriptor: number;
  readonly operator: '>' | '>>' | '<' | '>&' | '<&' | '&>' | 'text';
  /** The file, the descriptor to copy, or the text of a here-document. */
  readonly target: Word;
}

export type Word = readonly WordPart[];

export type ParameterOperator =
  '-' | ':-' | '=' | ':=' | '?' | ':?' | '+' | ':+' | '#' | '##' | '%' | '%%' | 'length';

export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly operator?: ParameterOperator;
      readonly word?: Word;
      readonly quoted: boolean;
    }
  | { readonly kind: 'command'; readonly body: ShellNode; readonly quoted: boolean }
  /** A command part after compilation: the text that was captured into this slot. */
  | { readonly kind: 'captured'; readonly slot: number; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly expression: Word; readonly quoted: boolean };

/** How deep commands, substitutions and expansions of a script may stand in one another, all together. */
export const SHELL_NESTING_LIMIT = 60;

export function checkNesting(depth: number): void {
  if (depth <= SHELL_NESTING_LIMIT) return;
  const limit = `shell_nesting is limited to ${SHELL_NESTING_LIMIT}`;
  throw new ShellSyntaxError(`syntax error: nested too deeply: ${limit}`);
}

/** A script that is no shell; the message is what `sh` prints after its name. */
export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
}
