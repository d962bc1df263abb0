import { parseScript } from './parser';
import type { CompiledCommand, Instruction, Program } from './program';
import type { Redirect, ShellNode, SimpleCommand, Word, WordPart } from './syntax';

/** Compiles a script; throws ShellSyntaxError. The same text always gives the same program, so a place in it is data. */
export function compileScript(source: string): Program {
  const compiler = new Compiler();
  compiler.node(parseScript(source), false);
  compiler.emit({ op: 'end' });
  return compiler.program();
}

/** A program that runs one command with these words as they are. */
export function compileWords(words: readonly string[]): Program {
  const parts = words.map((text): Word => [{ kind: 'text', text, quoted: true }]);
  const command: CompiledCommand = { assignments: [], words: parts, redirects: [] };
  return [{ op: 'command', command, captures: 0, guarded: true }, { op: 'end' }];
}

class Compiler {
  private readonly instructions: Instruction[] = [];

  program(): Program {
    return this.instructions;
  }

  emit(instruction: Instruction): number {
    this.instructions.push(instruction);
    return this.instructions.length - 1;
  }

  private get here(): number {
    return this.instructions.length;
  }

  /** Leaves room for an instruction that needs to know what comes after. */
  private reserve(): number {
    return this.emit({ op: 'end' });
  }

  private put(at: number, instruction: Instruction): void {
    this.instructions[at] = instruction;
  }

  node(node: ShellNode, guarded: boolean): void {
    switch (node.type) {
      case 'simple':
        return this.simple(node, guarded);
      case 'list':
        return this.list(node.items, guarded);
      case 'and-or':
        return this.andOr(node, guarded);
      case 'pipeline':
        return this.pipeline(node, guarded);
      case 'if':
        return this.ifCommand(node, guarded);
      case 'while':
        return this.whileCommand(node, guarded);
      case 'for':
        return this.forCommand(node, guarded);
      case 'case':
        return this.caseCommand(node, guarded);
      case 'subshell':
        return this.scoped((end) => ({ op: 'subshell', end }), node.body, guarded);
      case 'function':
        return this.functionDefinition(node);
      case 'redirected':
        return this.redirected(node, guarded);
    }
  }

  private simple(node: SimpleCommand, guarded: boolean): void {
    const slots = { count: 0 };
    const command: CompiledCommand = {
      assignments: node.assignments.map(({ name, value }) => ({ name, value: this.word(value, slots) })),
      words: node.words.map((word) => this.word(word, slots)),
      redirects: this.redirects(node.redirects, slots),
    };
    this.emit({ op: 'command', command, captures: slots.count, guarded });
  }

  private redirects(redirects: readonly Redirect[], slots: { count: number }): Redirect[] {
    return redirects.map((redirect) => ({ ...redirect, target: this.word(redirect.target, slots) }));
  }

  /** Emits the captures of a word's command substitutions and refers to them by slot. */
  private word(word: Word, slots: { count: number }): Word {
    return word.map((part): WordPart => {
      switch (part.kind) {
        case 'command': {
          this.scoped((end) => ({ op: 'capture', end }), part.body, true);
          return { kind: 'captured', slot: slots.count++, quoted: part.quoted };
        }
        case 'parameter':
          return part.word ? { ...part, word: this.word(part.word, slots) } : part;
        case 'arithmetic':
          return { ...part, expression: this.word(part.expression, slots) };
        default:
          return part;
      }
    });
  }

  private scoped(open: (end: number) => Instruction, body: ShellNode, guarded: boolean): void {
    const start = this.reserve();
    this.node(body, guarded);
    this.emit({ op: 'leave' });
    this.put(start, open(this.here));
  }

  private list(items: readonly { node: ShellNode; background: boolean }[], guarded: boolean): void {
    if (items.length === 0) this.emit({ op: 'status', value: 0 });
    for (const { node, background } of items) {
      if (!background) {
        this.node(node, guarded);
        continue;
      }
      const start = this.reserve();
      this.node(node, guarded);
      this.emit({ op: 'end' });
      this.put(start, { op: 'spawn', to: this.here });
    }
  }

  private andOr(node: Extract<ShellNode, { type: 'and-or' }>, guarded: boolean): void {
    this.node(node.left, true);
    const jump = this.reserve();
    this.node(node.right, guarded);
    this.put(jump, { op: 'jump-if', success: node.operator === '||', to: this.here });
  }

  private pipeline(node: Extract<ShellNode, { type: 'pipeline' }>, guarded: boolean): void {
    const { commands } = node;
    if (commands.length === 1) {
      this.node(commands[0], true);
    } else {
      commands.forEach((command, index) => {
        const last = index === commands.length - 1;
        const open = (end: number): Instruction => ({ op: 'stage', first: index === 0, last, end });
        this.scoped(open, command, !last || guarded || node.negated);
      });
    }
    if (node.negated) this.emit({ op: 'negate' });
  }

  private ifCommand(node: Extract<ShellNode, { type: 'if' }>, guarded: boolean): void {
    const exits: number[] = [];
    for (const { condition, body } of node.clauses) {
      this.node(condition, true);
      const skip = this.reserve();
      this.node(body, guarded);
      exits.push(this.reserve());
      this.put(skip, { op: 'jump-if', success: false, to: this.here });
    }
    if (node.otherwise) this.node(node.otherwise, guarded);
    else this.emit({ op: 'status', value: 0 });
    for (const exit of exits) this.put(exit, { op: 'jump', to: this.here });
  }

  private whileCommand(node: Extract<ShellNode, { type: 'while' }>, guarded: boolean): void {
    const start = this.reserve();
    const again = this.here;
    this.node(node.condition, true);
    const leave = this.reserve();
    this.node(node.body, guarded);
    this.emit({ op: 'loop-status' });
    this.emit({ op: 'jump', to: again });
    const end = this.emit({ op: 'loop-end' });
    this.put(leave, { op: 'jump-if', success: node.until, to: end });
    this.put(start, { op: 'loop', again, end });
  }

  private forCommand(node: Extract<ShellNode, { type: 'for' }>, guarded: boolean): void {
    const slots = { count: 0 };
    const words = node.words?.map((word) => this.word(word, slots));
    const start = this.reserve();
    const again = this.emit({ op: 'loop-next' });
    this.node(node.body, guarded);
    this.emit({ op: 'loop-status' });
    this.emit({ op: 'jump', to: again });
    const end = this.emit({ op: 'loop-end' });
    this.put(start, { op: 'loop-over', variable: node.name, words, captures: slots.count, again, end });
  }

  private caseCommand(node: Extract<ShellNode, { type: 'case' }>, guarded: boolean): void {
    const slots = { count: 0 };
    const word = this.word(node.word, slots);
    const patterns = node.clauses.map((clause) =>
      clause.patterns.map((pattern) => this.word(pattern, slots)),
    );
    const start = this.reserve();
    const exits: number[] = [];
    const clauses = node.clauses.map((clause, index) => {
      const to = this.here;
      this.node(clause.body, guarded);
      exits.push(this.reserve());
      return { patterns: patterns[index], to };
    });
    const otherwise = this.emit({ op: 'status', value: 0 });
    this.put(start, { op: 'case', word, captures: slots.count, clauses, otherwise });
    for (const exit of exits) this.put(exit, { op: 'jump', to: this.here });
  }

  private redirected(node: Extract<ShellNode, { type: 'redirected' }>, guarded: boolean): void {
    const slots = { count: 0 };
    const redirects = this.redirects(node.redirects, slots);
    const start = this.reserve();
    this.node(node.body, guarded);
    this.emit({ op: 'redirect-end' });
    this.put(start, { op: 'redirect', redirects, captures: slots.count, end: this.here });
  }

  private functionDefinition(node: Extract<ShellNode, { type: 'function' }>): void {
    const start = this.reserve();
    const entry = this.here;
    this.node(node.body, false);
    this.emit({ op: 'return' });
    this.put(start, { op: 'define', name: node.name, entry, to: this.here });
  }
}
