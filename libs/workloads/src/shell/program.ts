import type { Redirect, Word } from './syntax';

/** A simple command whose substitutions were captured just before it. */
export interface CompiledCommand {
  readonly assignments: readonly { readonly name: string; readonly value: Word }[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

/** What the shell machine executes; jump targets are indexes into the program. */
export type Instruction =
  /** `guarded`: a failure does not count for `set -e`. `captures` texts are taken from the capture stack. */
  | {
      readonly op: 'command';
      readonly command: CompiledCommand;
      readonly captures: number;
      readonly guarded: boolean;
    }
  | { readonly op: 'jump'; readonly to: number }
  /** Jumps when success is `success`. */
  | { readonly op: 'jump-if'; readonly success: boolean; readonly to: number }
  | { readonly op: 'status'; readonly value: number }
  | { readonly op: 'negate' }
  | { readonly op: 'loop'; readonly again: number; readonly end: number }
  | {
      readonly op: 'loop-over';
      readonly variable: string;
      /** Undefined: the positional parameters. */
      readonly words: readonly Word[] | undefined;
      readonly captures: number;
      readonly again: number;
      readonly end: number;
    }
  /** Assigns the next word to the variable of the loop, or jumps to its end. */
  | { readonly op: 'loop-next' }
  /** Remembers the status of the loop's body. */
  | { readonly op: 'loop-status' }
  | { readonly op: 'loop-end' }
  | {
      readonly op: 'case';
      readonly word: Word;
      readonly captures: number;
      readonly clauses: readonly { readonly patterns: readonly Word[]; readonly to: number }[];
      readonly otherwise: number;
    }
  | {
      readonly op: 'redirect';
      readonly redirects: readonly Redirect[];
      readonly captures: number;
      readonly end: number;
    }
  | { readonly op: 'redirect-end' }
  | { readonly op: 'subshell'; readonly end: number }
  | { readonly op: 'capture'; readonly end: number }
  /** One command of a pipeline; it reads what the one before wrote. */
  | { readonly op: 'stage'; readonly first: boolean; readonly last: boolean; readonly end: number }
  /** Leaves the innermost subshell, capture or stage. */
  | { readonly op: 'leave' }
  | { readonly op: 'define'; readonly name: string; readonly entry: number; readonly to: number }
  | { readonly op: 'return' }
  /** Starts what follows, up to `to`, as another process. */
  | { readonly op: 'spawn'; readonly to: number }
  /** The end of the script. */
  | { readonly op: 'end' };

export type Program = readonly Instruction[];
