import { InvalidPattern, parsePattern, type PatternNode } from './pattern-syntax';

/** One instruction of a program that is run over a text, all alternatives at once. */
type Instruction =
  | { readonly kind: 'Class'; readonly node: Extract<PatternNode, { kind: 'Class' }> }
  | { readonly kind: 'Split'; readonly first: number; readonly second: number }
  | { readonly kind: 'Jump'; readonly to: number }
  | { readonly kind: 'Start' | 'End' | 'Match' };

const PROGRAM_MAXIMUM = 5000;

/** A regular expression that takes time in proportion to the text, whatever it is (Thompson's construction, as RE2). */
export class Pattern {
  private readonly program: readonly Instruction[];

  /** Throws InvalidPattern and LimitExceeded. */
  constructor(text: string) {
    const program: Instruction[] = [];
    emit(program, parsePattern(text));
    program.push({ kind: 'Match' });
    this.program = program;
  }

  /** How many steps a character of the text takes at most. */
  get size(): number {
    return this.program.length;
  }

  /** Whether it is found anywhere in the text. */
  test(text: string): boolean {
    let threads = new Set<number>();
    let at = 0;
    for (const character of text) {
      if (this.enter(threads, 0, at === 0, false)) return true;
      const point = character.codePointAt(0) ?? 0;
      const next = new Set<number>();
      at++;
      for (const thread of threads) {
        const instruction = this.program[thread];
        if (instruction.kind === 'Class' && holds(instruction.node, point)) {
          if (this.enter(next, thread + 1, false, at === text.length)) return true;
        }
      }
      threads = next;
    }
    return this.enter(threads, 0, text === '', true) || this.ended(threads);
  }

  /** Follows what takes no character; true when that leads to a match. */
  private enter(threads: Set<number>, from: number, atStart: boolean, atEnd: boolean): boolean {
    const waiting = [from];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (threads.has(at)) continue;
      threads.add(at);
      const instruction = this.program[at];
      if (instruction.kind === 'Match') return true;
      if (instruction.kind === 'Jump') waiting.push(instruction.to);
      if (instruction.kind === 'Split') waiting.push(instruction.second, instruction.first);
      if (instruction.kind === 'Start' && atStart) waiting.push(at + 1);
      if (instruction.kind === 'End' && atEnd) waiting.push(at + 1);
    }
    return false;
  }

  /** What waited for the end of the text before it was known to be there. */
  private ended(threads: Set<number>): boolean {
    const ends = [...threads].filter((thread) => this.program[thread].kind === 'End');
    return ends.some((end) => this.enter(new Set(), end, false, true));
  }
}

function holds({ ranges, negated }: Extract<PatternNode, { kind: 'Class' }>, point: number): boolean {
  return ranges.some(([low, high]) => point >= low && point <= high) !== negated;
}

function emit(program: Instruction[], node: PatternNode): void {
  if (program.length > PROGRAM_MAXIMUM) throw new InvalidPattern('it is too large');
  switch (node.kind) {
    case 'Class':
      program.push({ kind: 'Class', node });
      return;
    case 'Start':
    case 'End':
      program.push({ kind: node.kind });
      return;
    case 'Sequence':
      for (const part of node.parts) emit(program, part);
      return;
    case 'Choice':
      emitChoice(program, node.parts);
      return;
    case 'Repeat':
      emitRepeat(program, node);
  }
}

function emitChoice(program: Instruction[], parts: readonly PatternNode[]): void {
  const jumps: number[] = [];
  parts.forEach((part, index) => {
    if (index === parts.length - 1) return emit(program, part);
    const split = reserve(program);
    emit(program, part);
    jumps.push(reserve(program));
    program[split] = { kind: 'Split', first: split + 1, second: program.length };
  });
  for (const jump of jumps) program[jump] = { kind: 'Jump', to: program.length };
}

function emitRepeat(program: Instruction[], node: Extract<PatternNode, { kind: 'Repeat' }>): void {
  for (let count = 0; count < node.minimum; count++) emit(program, node.part);
  if (node.maximum === undefined) {
    const split = reserve(program);
    emit(program, node.part);
    program.push({ kind: 'Jump', to: split });
    program[split] = { kind: 'Split', first: split + 1, second: program.length };
    return;
  }
  const splits: number[] = [];
  for (let count = node.minimum; count < node.maximum; count++) {
    splits.push(reserve(program));
    emit(program, node.part);
  }
  for (const split of splits) program[split] = { kind: 'Split', first: split + 1, second: program.length };
}

/** A place for an instruction whose target is not known yet. */
function reserve(program: Instruction[]): number {
  return program.push({ kind: 'Jump', to: 0 }) - 1;
}
