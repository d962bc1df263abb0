/** The client of a command that runs in a pod, whichever protocol carries its streams. */
export interface CommandClient {
  /** Set by whoever runs the command, before anything arrives. */
  listener: CommandListener;
  output(stream: 'stdout' | 'stderr', bytes: Buffer): void;
  /** Tells how the command ended, and closes. */
  finish(status: CommandStatus): void;
  /** Bytes that wait because the client does not read. */
  readonly waitingBytes: number;
  /** Nothing is read from the client until `resume`. */
  pause(): void;
  resume(): void;
}

export interface CommandListener {
  input(bytes: Buffer): void;
  inputEnded(): void;
  /** The client went away. */
  gone(): void;
}

/** A Kubernetes `Status`, as the error channel carries it. Models k8s.io/apimachinery pkg/util/remotecommand. */
export interface CommandStatus {
  readonly metadata: object;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: object;
}

export const SUCCESS: CommandStatus = { metadata: {}, status: 'Success' };
export const DEAF: CommandListener = {
  input: () => undefined,
  inputEnded: () => undefined,
  gone: () => undefined,
};

/** Models k8s.io/kubelet pkg/cri/streaming/remotecommand/exec.go ServeExec. */
export function exitStatus(code: number): CommandStatus {
  if (code === 0) return SUCCESS;
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

export function failureStatus(message: string, reason = 'InternalError', code = 500): CommandStatus {
  return { metadata: {}, status: 'Failure', message, reason, code };
}
