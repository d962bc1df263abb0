import type { ShellState, ShellStream } from './state';

/** A child's own shell, which runs on from where its parent stands and ends there. */
export function copyShell(state: ShellState): ShellState {
  return {
    ...state,
    sources: [...state.sources],
    frames: [],
    captures: [...state.captures],
    variables: new Map(state.variables),
    exported: new Set(state.exported),
    functions: new Map(state.functions),
    positional: [...state.positional],
    descriptors: [...state.descriptors],
    streams: new Map([...state.streams].map(([id, stream]) => [id, streamOfChild(stream)])),
    reader: undefined,
    traps: new Map(),
    pendingSignals: [],
    blocked: undefined,
  };
}

/** What somebody types is for the shell in the foreground. */
function streamOfChild(stream: ShellStream): ShellStream {
  return stream.kind === 'text' && stream.open ? { kind: 'null' } : { ...stream };
}
