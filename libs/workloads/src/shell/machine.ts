import { invariant } from '@podlab/kernel';
import { runBuiltin } from './builtins';
import { commandContext, commandWords } from './command-context';
import { expandPattern, expandText, expandWords, ExpansionError, isScriptError } from './expand';
import type { ExpansionScope } from './expand';
import type { ShellHost, ShellScript, Wait } from './host';
import { globPaths } from './glob';
import { checkMemory, LONG_VALUE_CHARACTERS, VARIABLES_LIMIT } from './memory';
import { matchesPattern } from './pattern';
import type { CompiledCommand, Instruction } from './program';
import { InputNeeded, readNext, startOver } from './reader';
import type { SavedShell, ShellFrame, ShellState } from './state';
import { Streams } from './streams';
import { ShellSyntaxError } from './syntax';

/** How a run of a shell ended. */
export type ShellOutcome =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'waiting'; readonly wait: Wait }
  /** The step budget is used up; it can go on later. */
  | { readonly kind: 'budget' };

/** What a command did: it has a status, stands still, or changed where the shell goes on. */
export type Step =
  { readonly status: number } | { readonly wait: Wait } | 'moved' | { readonly exit: number };

/** Waits after which the command itself is called once more. */
const CALLED_AGAIN: ReadonlySet<Wait['kind']> = new Set(['again', 'input']);
const CALL_DEPTH_LIMIT = 200;
/** Different texts that one shell may run by `eval`, `.` and `sh -c`. */
const SOURCES_LIMIT = 1000;
/** Handling so many characters counts as a step of its own. */
const CHARACTERS_PER_STEP = 500;

/** Executes compiled scripts on a {@link ShellState}: between two calls of {@link run} everything is in the state. */
export class ShellMachine {
  readonly streams: Streams;
  /** Instructions executed so far by this machine. */
  steps = 0;

  constructor(
    readonly state: ShellState,
    readonly host: ShellHost,
  ) {
    this.streams = new Streams(state, host);
  }

  /** Runs up to `budget` instructions. */
  run(budget: number): ShellOutcome {
    const end = this.steps + budget;
    while (this.steps < end) {
      this.steps++;
      const outcome = this.guardedStep();
      this.steps += this.host.takeWork();
      if (outcome) return outcome;
    }
    return { kind: 'budget' };
  }

  /** One step, in which an error of the script's text or its expansions ends the (sub)shell. */
  private guardedStep(): ShellOutcome | undefined {
    try {
      return this.step();
    } catch (error) {
      if (!isScriptError(error)) throw error;
      this.complain(error instanceof RangeError ? 'value out of range' : error.message);
      return this.fail();
    }
  }

  /** After an error of the script's text: the shell ends, but for one that somebody types at. */
  private fail(): ShellOutcome | undefined {
    if (!this.state.reader?.terminal) return this.exit(2);
    startOver(this, this.state.reader, 2);
    return undefined;
  }

  /** Goes on after a wait: the command that stood still has printed this and ended with `status`. */
  resume(status: number, stdout = '', stderr = ''): ShellOutcome | undefined {
    this.streams.write(1, stdout);
    this.streams.write(2, stderr);
    const blocked = this.state.blocked;
    this.state.blocked = undefined;
    if (blocked?.descriptors) this.state.descriptors = blocked.descriptors;
    if (this.state.replaced) return this.exit(status);
    return this.finished(status, blocked?.guarded ?? true);
  }

  /** Calls the command that stood still once more; undefined when the shell goes on behind it. */
  again(resumed: unknown, stdout = '', stderr = ''): ShellOutcome | undefined {
    const blocked = this.state.blocked;
    invariant(blocked?.again !== undefined, 'no command asked to be called again');
    this.streams.write(1, stdout);
    this.streams.write(2, stderr);
    const { words, temporary } = blocked.again;
    const step = this.reading(() =>
      resumed === undefined
        ? this.perform(words, temporary, undefined)
        : this.runCommand(words, temporary, resumed),
    );
    if (typeof step === 'object' && 'wait' in step) {
      if (!CALLED_AGAIN.has(step.wait.kind)) delete blocked.again;
      return { kind: 'waiting', wait: step.wait };
    }
    return this.resume(typeof step === 'object' && 'status' in step ? step.status : 0);
  }

  complain(message: string): void {
    this.streams.write(2, `${this.state.name}: ${message}\n`);
  }

  private step(): ShellOutcome | undefined {
    const { state } = this;
    if (state.pendingSignals.length > 0) this.enterTrap(state.pendingSignals.shift() as string);
    const instruction = this.host.program(state.sources[state.source])[state.counter++];
    return this.execute(instruction);
  }

  private execute(instruction: Instruction): ShellOutcome | undefined {
    const { state } = this;
    switch (instruction.op) {
      case 'command':
        return this.command(instruction.command, instruction.captures, instruction.guarded);
      case 'jump':
        state.counter = instruction.to;
        return undefined;
      case 'jump-if':
        if ((state.status === 0) === instruction.success) state.counter = instruction.to;
        return undefined;
      case 'status':
        state.status = instruction.value;
        return undefined;
      case 'negate':
        state.status = state.status === 0 ? 1 : 0;
        return undefined;
      case 'case':
        this.chooseCase(instruction);
        return undefined;
      case 'define':
        state.functions.set(instruction.name, { source: state.source, entry: instruction.entry });
        state.counter = instruction.to;
        state.status = 0;
        return undefined;
      case 'return':
        this.returnFrom(state.status);
        return undefined;
      case 'spawn':
        state.lastBackground = this.host.spawn(state);
        state.counter = instruction.to;
        state.status = 0;
        return undefined;
      case 'end':
        return this.endOfSource();
      default:
        return this.executeFrame(instruction);
    }
  }

  private executeFrame(instruction: Instruction): ShellOutcome | undefined {
    const { state } = this;
    switch (instruction.op) {
      case 'loop':
        state.frames.push({
          kind: 'loop',
          again: instruction.again,
          end: instruction.end,
          status: 0,
          index: 0,
        });
        return undefined;
      case 'loop-over': {
        const scope = this.scope(instruction.captures);
        const items = instruction.words ? expandWords(instruction.words, scope) : [...state.positional];
        const { again, end, variable } = instruction;
        state.frames.push({ kind: 'loop', again, end, status: 0, variable, items, index: 0 });
        return undefined;
      }
      case 'loop-next':
        this.nextItem();
        return undefined;
      case 'loop-status': {
        const frame = this.top('loop');
        frame.status = state.status;
        return undefined;
      }
      case 'loop-end':
        state.status = this.top('loop').status;
        state.frames.pop();
        return undefined;
      case 'redirect':
        this.redirectCompound(instruction);
        return undefined;
      case 'redirect-end':
        state.descriptors = this.top('redirect').descriptors;
        state.frames.pop();
        return undefined;
      case 'subshell':
        this.enterSubshell('subshell', instruction.end, true);
        return undefined;
      case 'capture':
        this.enterSubshell('capture', instruction.end, true);
        state.descriptors[1] = this.streams.open({ kind: 'buffer', text: '' });
        return undefined;
      case 'stage':
        this.enterStage(instruction);
        return undefined;
      default:
        this.leaveSubshell(state.status);
        return undefined;
    }
  }

  private top<K extends ShellFrame['kind']>(kind: K): Extract<ShellFrame, { kind: K }> {
    const frame = this.state.frames[this.state.frames.length - 1];
    if (frame?.kind !== kind) throw new ShellSyntaxError(`${kind} was not entered`);
    return frame as Extract<ShellFrame, { kind: K }>;
  }

  private nextItem(): void {
    const frame = this.top('loop');
    const item = frame.items?.[frame.index++];
    if (item === undefined) this.state.counter = frame.end;
    else this.setVariable(frame.variable as string, item);
  }

  private chooseCase(instruction: Extract<Instruction, { op: 'case' }>): void {
    const scope = this.scope(instruction.captures);
    const text = expandText(instruction.word, scope);
    const clause = instruction.clauses.find(({ patterns }) =>
      patterns.some((pattern) => matchesPattern(expandPattern(pattern, scope), text)),
    );
    this.state.counter = clause?.to ?? instruction.otherwise;
  }

  private redirectCompound(instruction: Extract<Instruction, { op: 'redirect' }>): void {
    const { state } = this;
    const descriptors = [...state.descriptors];
    const failed = this.streams.redirect(instruction.redirects, this.scope(instruction.captures));
    if (failed === undefined) {
      state.frames.push({ kind: 'redirect', descriptors });
      return;
    }
    state.descriptors = descriptors;
    this.complain(failed);
    state.status = 1;
    state.counter = instruction.end;
  }

  private enterStage(instruction: Extract<Instruction, { op: 'stage' }>): void {
    const { state } = this;
    const previous = instruction.first ? undefined : (state.pipe ?? '');
    state.pipe = undefined;
    this.enterSubshell('stage', instruction.end, instruction.last);
    if (previous !== undefined)
      state.descriptors[0] = this.streams.open({ kind: 'text', text: previous, at: 0 });
    if (!instruction.last) state.descriptors[1] = this.streams.open({ kind: 'buffer', text: '' });
  }

  private enterSubshell(kind: 'capture' | 'stage' | 'subshell', end: number, last: boolean): void {
    const { state } = this;
    const saved: SavedShell = {
      source: state.source,
      variables: [...state.variables],
      exported: [...state.exported],
      positional: state.positional,
      descriptors: state.descriptors,
      directory: state.directory,
      errexit: state.errexit,
      captureDepth: state.captures.length,
      name: state.name,
    };
    state.descriptors = [...state.descriptors];
    state.frames.push({ kind, end, last, ...saved });
  }

  /** Leaves the innermost subshell with `status`, giving back what it had changed. */
  private leaveSubshell(status: number): void {
    const { state } = this;
    for (;;) {
      const frame = state.frames.pop();
      if (!frame) return;
      if (frame.kind !== 'capture' && frame.kind !== 'stage' && frame.kind !== 'subshell') continue;
      const written = this.buffered();
      state.source = frame.source;
      state.counter = frame.end;
      state.variables = new Map(frame.variables);
      state.exported = new Set(frame.exported);
      state.positional = frame.positional;
      state.descriptors = frame.descriptors;
      state.directory = frame.directory;
      state.errexit = frame.errexit;
      state.captures.length = frame.captureDepth;
      state.name = frame.name;
      state.status = status;
      if (frame.kind === 'capture') {
        state.captures.push(written.replace(/\n+$/, ''));
        state.captureStatus = status;
      } else if (frame.kind === 'stage' && !frame.last) state.pipe = written;
      this.streams.collect();
      return;
    }
  }

  private buffered(): string {
    const stream = this.state.streams.get(this.state.descriptors[1] ?? -1);
    return stream?.kind === 'buffer' ? stream.text : '';
  }

  private endOfSource(): ShellOutcome | undefined {
    const { state } = this;
    const scope = state.frames.findLast((frame) => frame.kind !== 'loop' && frame.kind !== 'redirect');
    if (scope === undefined && state.reader) return readNext(this, state.reader);
    if (scope?.kind !== 'call') return this.exit(state.status);
    this.returnFrom(state.status);
    return undefined;
  }

  /** Ends the innermost function, `eval` or trap. */
  returnFrom(status: number): boolean {
    const { state } = this;
    if (!state.frames.some((frame) => frame.kind === 'call')) return false;
    for (;;) {
      const frame = state.frames.pop() as ShellFrame;
      if (frame.kind === 'redirect') state.descriptors = frame.descriptors;
      if (frame.kind !== 'call') continue;
      for (const [name, value] of frame.locals) {
        if (value === undefined) state.variables.delete(name);
        else state.variables.set(name, value);
      }
      state.source = frame.source;
      state.counter = frame.counter;
      state.positional = frame.positional;
      state.descriptors = frame.descriptors ?? state.descriptors;
      state.status = frame.status ?? status;
      return true;
    }
  }

  /** Ends the innermost subshell (then the run goes on behind it), or the whole shell after its EXIT trap. */
  exit(status: number): ShellOutcome | undefined {
    const { state } = this;
    const scoped = state.frames.some(
      (frame) => frame.kind === 'capture' || frame.kind === 'stage' || frame.kind === 'subshell',
    );
    if (scoped) {
      this.leaveSubshell(status);
      return undefined;
    }
    const trap = state.traps.get('EXIT');
    if (trap !== undefined && !state.replaced) {
      state.traps.delete('EXIT');
      state.frames = [];
      state.status = status;
      this.jumpToSource(`${trap}\nexit ${status}`);
      return undefined;
    }
    return { kind: 'exited', status };
  }

  private enterTrap(signal: string): void {
    const trap = this.state.traps.get(signal);
    if (trap === undefined) return;
    this.callSource(trap, this.state.status);
  }

  /** Runs another text in this shell (`eval`, `.`, a trap) and comes back here. */
  callSource(source: string, statusAfter?: number): void {
    const { state } = this;
    this.pushCall(state.positional, statusAfter);
    this.jumpToSource(source);
  }

  private pushCall(positional: readonly string[], status?: number, descriptors?: number[]): void {
    const { state } = this;
    if (state.frames.length > CALL_DEPTH_LIMIT)
      throw new ExpansionError('maximum function nesting level exceeded');
    const frame: ShellFrame = {
      kind: 'call',
      source: state.source,
      counter: state.counter,
      positional: state.positional,
      locals: [],
      ...(status === undefined ? {} : { status }),
      ...(descriptors ? { descriptors } : {}),
    };
    state.frames.push(frame);
    state.positional = [...positional];
  }

  private jumpToSource(source: string): void {
    const { state } = this;
    this.host.program(source);
    const known = state.sources.indexOf(source);
    if (known < 0 && state.sources.length >= SOURCES_LIMIT)
      throw new ExpansionError(`shell_sources is limited to ${SOURCES_LIMIT}`);
    if (known < 0) state.sources.push(source);
    state.source = known < 0 ? state.sources.length - 1 : known;
    state.counter = 0;
  }

  /** The next text of a shell that reads: in the place of the one before, unless a function stands there. */
  readSource(source: string): void {
    const { state } = this;
    const isKept = [...state.functions.values()].some((each) => each.source === state.source);
    if (isKept) {
      this.jumpToSource(source);
      return;
    }
    state.sources[state.source] = source;
    state.counter = 0;
    this.host.program(source);
  }

  /** A shell that reads goes on at its next text. */
  skipSource(): void {
    this.readSource('');
    this.state.counter = this.host.program('').length - 1;
  }

  /** A command that finds nothing to read stands still until there is more. */
  private reading(act: () => Step): Step {
    try {
      return act();
    } catch (error) {
      if (error instanceof InputNeeded) return { wait: { kind: 'input' } };
      throw error;
    }
  }

  private command(command: CompiledCommand, captures: number, guarded: boolean): ShellOutcome | undefined {
    const { state } = this;
    state.captureStatus = captures > 0 ? state.captureStatus : 0;
    const scope = this.scope(captures);
    const words = expandWords(command.words, scope);
    for (const word of words) this.steps += Math.floor(word.length / CHARACTERS_PER_STEP);
    if (words.length === 0) return this.assignOnly(command, scope, guarded);
    if (state.xtrace) this.streams.write(2, `+ ${words.join(' ')}\n`);
    const descriptors = command.redirects.length > 0 ? [...state.descriptors] : undefined;
    const failed = this.streams.redirect(command.redirects, scope);
    if (failed !== undefined) {
      state.descriptors = descriptors as number[];
      this.complain(failed);
      return this.finished(1, guarded);
    }
    const temporary = command.assignments.map(({ name, value }): [string, string] => [
      name,
      expandText(value, scope),
    ]);
    return this.invoke(words, temporary, descriptors, guarded);
  }

  private assignOnly(
    command: CompiledCommand,
    scope: ExpansionScope,
    guarded: boolean,
  ): ShellOutcome | undefined {
    for (const { name, value } of command.assignments) this.setVariable(name, expandText(value, scope));
    const descriptors = [...this.state.descriptors];
    const failed = this.streams.redirect(command.redirects, scope);
    this.state.descriptors = descriptors;
    if (failed !== undefined) this.complain(failed);
    return this.finished(failed === undefined ? this.state.captureStatus : 1, guarded);
  }

  private invoke(
    words: readonly string[],
    temporary: readonly [string, string][],
    descriptors: number[] | undefined,
    guarded: boolean,
  ): ShellOutcome | undefined {
    const { state } = this;
    const called = state.functions.get(words[0]);
    if (called) {
      for (const [name, value] of temporary) this.setVariable(name, value);
      this.pushCall(words.slice(1), undefined, descriptors);
      state.source = called.source;
      state.counter = called.entry;
      return undefined;
    }
    const step = this.reading(() => this.perform(words, temporary, descriptors));
    if (step === 'moved') return undefined;
    if ('exit' in step) {
      if (descriptors && !state.replaced) state.descriptors = descriptors;
      return this.exit(step.exit);
    }
    if ('wait' in step) {
      const again = CALLED_AGAIN.has(step.wait.kind) ? { words: commandWords(words), temporary } : undefined;
      state.blocked = { guarded, ...(descriptors ? { descriptors } : {}), ...(again ? { again } : {}) };
      return { kind: 'waiting', wait: step.wait };
    }
    if (descriptors) state.descriptors = descriptors;
    return state.replaced ? this.exit(step.status) : this.finished(step.status, guarded);
  }

  private perform(
    words: readonly string[],
    temporary: readonly [string, string][],
    descriptors: number[] | undefined,
  ): Step {
    const builtin = this.state.replaced ? undefined : runBuiltin(this, words, temporary, descriptors);
    if (builtin !== undefined) return builtin;
    const call = this.state.replaced ? undefined : this.host.shellCall(words);
    return call ? this.enterScript(call, temporary, descriptors) : this.runCommand(words, temporary);
  }

  /** Runs another shell (`sh -c …`, a script file): a subshell that keeps only what is exported. */
  private enterScript(
    call: ShellScript,
    temporary: readonly [string, string][],
    descriptors: number[] | undefined,
  ): Step {
    const { state } = this;
    if (state.frames.length > CALL_DEPTH_LIMIT)
      throw new ExpansionError('maximum function nesting level exceeded');
    const inner = state.descriptors;
    state.descriptors = descriptors ?? inner;
    this.enterSubshell('subshell', state.counter, true);
    state.descriptors = [...inner];
    for (const name of [...state.variables.keys()])
      if (!state.exported.has(name)) state.variables.delete(name);
    for (const [name, value] of temporary) this.setVariable(name, value);
    state.name = call.name;
    state.positional = [...call.positional];
    state.errexit = call.errexit;
    this.jumpToSource(call.script);
    return 'moved';
  }

  /** Runs a utility or a server with `temporary` added to its environment. */
  runCommand(words: readonly string[], temporary: readonly [string, string][] = [], resumed?: unknown): Step {
    const { context, flush } = commandContext(this, words, temporary);
    const outcome = this.host.command(resumed === undefined ? context : { ...context, resumed });
    flush();
    if (outcome === undefined) {
      this.complain(
        words[0].includes('/') && this.host.files.exists(words[0])
          ? `${words[0]}: Permission denied`
          : `${words[0]}: not found`,
      );
      return { status: 127 };
    }
    const { problem } = this.streams;
    this.streams.problem = undefined;
    if (problem !== undefined && typeof outcome === 'number') {
      this.complain(`${words[0]}: write error: ${problem}`);
      return { status: 1 };
    }
    return typeof outcome === 'number' ? { status: outcome } : { wait: outcome };
  }

  /** After a command: its status counts, and under `set -e` may end the shell. */
  private finished(status: number, guarded: boolean): ShellOutcome | undefined {
    this.state.status = status;
    if (status !== 0 && this.state.errexit && !guarded) return this.exit(status);
    return undefined;
  }

  getVariable(name: string): string | undefined {
    const { state } = this;
    switch (name) {
      case '?':
        return String(state.status);
      case '$':
        return String(this.host.pid);
      case '!':
        return state.lastBackground === 0 ? '' : String(state.lastBackground);
      case '0':
        return state.name;
      case '-':
        return state.errexit ? 'e' : '';
      case 'PWD':
        return state.directory;
    }
    const own = state.variables.get(name);
    return own === undefined ? this.host.variable(name) : (own ?? undefined);
  }

  setVariable(name: string, value: string): void {
    this.steps += Math.floor(value.length / CHARACTERS_PER_STEP);
    const { variables } = this.state;
    if (value.length > LONG_VALUE_CHARACTERS || variables.size >= VARIABLES_LIMIT)
      checkMemory(variables, name, value);
    variables.set(name, value);
  }

  private scope(captures: number): ExpansionScope {
    const { state } = this;
    const captured = captures > 0 ? state.captures.splice(state.captures.length - captures) : [];
    return {
      get: (name) => this.getVariable(name),
      set: (name, value) => this.setVariable(name, value),
      positional: state.positional,
      captured,
      failUnset: state.nounset,
      glob: (pattern) => globPaths(pattern, state.directory, this.host.files),
    };
  }
}
