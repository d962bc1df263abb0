import { resolvePath } from '../file-system';
import { expandText } from './expand';
import type { ExpansionScope } from './expand';
import type { ShellHost } from './host';
import { InputNeeded } from './reader';
import type { ShellState, ShellStream } from './state';
import type { Redirect } from './syntax';

/** Longest text that a substitution or a pipe holds, in characters. */
export const BUFFER_LIMIT_CHARACTERS = 262_144;

/** The file descriptors of a shell. */
export class Streams {
  /** Why something could not be written, until somebody asks. */
  problem: string | undefined;

  constructor(
    private readonly state: ShellState,
    private readonly host: ShellHost,
  ) {}

  /** Adds a stream and gives its number. */
  open(stream: ShellStream): number {
    const id = this.state.nextStream++;
    this.state.streams.set(id, stream);
    return id;
  }

  /** Writes to a descriptor; what does not fit a buffer is lost, as to a reader that went away. */
  write(descriptor: number, text: string): void {
    if (text === '') return;
    const stream = this.state.streams.get(this.state.descriptors[descriptor] ?? -1);
    if (!stream) return;
    this.host.spend(text.length);
    switch (stream.kind) {
      case 'output':
        this.host.output(stream.name, text);
        return;
      case 'file':
        this.problem = this.host.files.append(stream.path, text) ?? this.problem;
        return;
      case 'buffer':
        if (stream.text.length < BUFFER_LIMIT_CHARACTERS) stream.text += text;
    }
  }

  /** All that is left of the standard input. Throws InputNeeded while more may come. */
  readAll(): string {
    const stream = this.inputStream();
    if (!stream) return '';
    const end = endOfInput(stream);
    if (end === undefined && stream.open) throw new InputNeeded();
    const text = stream.text.slice(stream.at, end);
    stream.at = end === undefined ? stream.text.length : end + 1;
    return text;
  }

  /** What is there of the standard input by now: for what does not wait for it. */
  readReady(): string {
    const stream = this.inputStream();
    if (!stream) return '';
    const text = stream.text.slice(stream.at, endOfInput(stream));
    stream.at += text.length;
    return text;
  }

  /** The next line without its end, or undefined at the end of the input. Throws InputNeeded while it is not whole. */
  readLine(): string | undefined {
    const stream = this.inputStream();
    if (!stream) return undefined;
    const over = endOfInput(stream);
    const newline = stream.text.indexOf('\n', stream.at);
    const ends = [over, newline].filter((at): at is number => at !== undefined && at >= 0);
    if (ends.length === 0 && stream.open) throw new InputNeeded();
    if (ends.length === 0 && stream.at >= stream.text.length) return undefined;
    const end = ends.length === 0 ? stream.text.length : Math.min(...ends);
    const line = stream.text.slice(stream.at, end);
    stream.at = Math.min(end + 1, stream.text.length);
    return line === '' && end === over ? undefined : line;
  }

  /** Whether a read may have to wait. */
  get mayWait(): boolean {
    return this.inputStream()?.open !== undefined;
  }

  private inputStream(): Extract<ShellStream, { kind: 'text' }> | undefined {
    const stream = this.state.streams.get(this.state.descriptors[0] ?? -1);
    return stream?.kind === 'text' ? stream : undefined;
  }

  /** Applies redirects in order; the error that stops them, if one does. */
  redirect(redirects: readonly Redirect[], scope: ExpansionScope): string | undefined {
    for (const redirect of redirects) {
      const failed = this.redirectOne(redirect, expandText(redirect.target, scope));
      if (failed !== undefined) return failed;
    }
    return undefined;
  }

  private redirectOne({ descriptor, operator }: Redirect, target: string): string | undefined {
    const { descriptors } = this.state;
    switch (operator) {
      case 'text':
        descriptors[descriptor] = this.open({ kind: 'text', text: target, at: 0 });
        return undefined;
      case '>&':
      case '<&':
        if (target === '-') descriptors[descriptor] = this.open({ kind: 'null' });
        else if (!/^[0-9]$/.test(target)) return `${target}: bad file descriptor`;
        else descriptors[descriptor] = descriptors[Number(target)] ?? this.open({ kind: 'null' });
        return undefined;
      case '<':
        return this.openInput(descriptor, target);
    }
    const opened = this.openOutput(target, operator === '>>');
    if (typeof opened === 'string') return opened;
    descriptors[descriptor] = opened;
    if (operator === '&>') descriptors[2] = opened;
    return undefined;
  }

  private openInput(descriptor: number, target: string): string | undefined {
    const path = resolvePath(this.state.directory, target);
    const text = this.host.files.read(path);
    if (text === undefined) {
      const reason = this.host.files.isDirectory(path) ? 'Is a directory' : 'no such file';
      return `can't open ${target}: ${reason}`;
    }
    this.state.descriptors[descriptor] = this.open({ kind: 'text', text, at: 0 });
    return undefined;
  }

  private openOutput(target: string, append: boolean): number | string {
    const path = resolvePath(this.state.directory, target);
    if (
      path === '/dev/stdout' ||
      path === '/dev/stderr' ||
      path === '/proc/1/fd/1' ||
      path === '/proc/1/fd/2'
    ) {
      const name = path === '/dev/stdout' || path.endsWith('1') ? 'stdout' : 'stderr';
      return path.startsWith('/dev')
        ? this.state.descriptors[name === 'stdout' ? 1 : 2]
        : this.open({ kind: 'output', name });
    }
    if (this.host.files.isDevice(path)) return this.open({ kind: 'null' });
    const failed = append ? this.host.files.append(path, '') : this.host.files.write(path, '');
    if (failed === 'No such file or directory') return `can't create ${target}: nonexistent directory`;
    if (failed) return `can't create ${target}: ${failed}`;
    return this.open({ kind: 'file', path });
  }

  /** Forgets streams that no descriptor and no frame refers to. */
  collect(): void {
    if (this.state.streams.size < 16) return;
    const used = new Set(this.state.descriptors);
    for (const frame of this.state.frames) {
      if ('descriptors' in frame && frame.descriptors) for (const id of frame.descriptors) used.add(id);
    }
    for (const id of [...this.state.streams.keys()]) if (!used.has(id)) this.state.streams.delete(id);
  }
}

/** The mark by which somebody at a terminal ends an input (^D). */
export const END_OF_INPUT = '\u0004';

function endOfInput({ text, at, open }: Extract<ShellStream, { kind: 'text' }>): number | undefined {
  if (open !== 'terminal') return undefined;
  const end = text.indexOf(END_OF_INPUT, at);
  return end < 0 ? undefined : end;
}
