/** The engine in a thread of its own, and the calls to it. */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { Engine, EngineCalls } from './engine';

interface Call {
  id: number;
  method: string;
  parameters: unknown[];
}

interface Answer {
  id: number;
  result?: unknown;
  error?: { name: string; message: string; code?: string };
}

const CLOSE = 'close';
const OPENED = 0;

/** The body of the worker thread; the folder comes as `workerData.folder`. */
export async function runPersistenceWorker(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('runPersistenceWorker runs in a worker thread only');
  const answerWith = (answer: Answer) => port.postMessage(answer);
  // TypeORM is loaded in this thread only: no other needs it.
  const { openEngine } = await import('./engine');
  let engine: Engine;
  try {
    engine = await openEngine((workerData as { folder: string }).folder);
  } catch (error) {
    return answerWith({ id: OPENED, error: plainError(error) });
  }
  const methods = engine.calls as unknown as Record<string, (...parameters: unknown[]) => Promise<unknown>>;
  port.on('message', (call: Call) => {
    const run = call.method === CLOSE ? engine.close() : methods[call.method](...call.parameters);
    run.then(
      (result) => {
        answerWith({ id: call.id, result });
        if (call.method === CLOSE) port.close();
      },
      (error: unknown) => answerWith({ id: call.id, error: plainError(error) }),
    );
  });
  answerWith({ id: OPENED, result: Object.keys(methods) });
}

function plainError(error: unknown): Answer['error'] {
  const { name, message, code } = error as Error & { code?: string };
  return { name: String(name), message: String(message), code };
}

/** What passes through here is text on its way to the disk, which a large young generation only keeps for longer. */
const YOUNG_GENERATION_MB = 6;

/** Starts the thread from `script`; `onDeath` is told when it ends without having been closed. */
export async function openWorkerEngine(
  folder: string,
  script: URL,
  onDeath: (error: Error) => void,
): Promise<Engine> {
  const worker = new Worker(script, {
    workerData: { folder },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let nextId = OPENED;
  let closed = false;
  const send = (method: string, parameters: unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(++nextId, { resolve, reject });
      worker.postMessage({ id: nextId, method, parameters } satisfies Call, handedOver(parameters));
    });
  const opened = new Promise<unknown>((resolve, reject) => waiting.set(OPENED, { resolve, reject }));
  worker.on('message', (answer: Answer) => {
    const caller = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error) caller?.reject(Object.assign(new Error(answer.error.message), answer.error));
    else caller?.resolve(answer.result);
  });
  const die = (error: Error) => {
    for (const caller of waiting.values()) caller.reject(error);
    waiting.clear();
    if (!closed) onDeath(error);
    closed = true;
  };
  worker.on('error', die);
  worker.on('exit', () => die(new Error('the persistence worker ended')));
  const methods = (await opened) as string[];
  const calls = Object.fromEntries(
    methods.map((method) => [method, (...parameters: unknown[]) => send(method, parameters)]),
  ) as unknown as EngineCalls;
  return {
    calls,
    close: async () => {
      closed = true;
      await send(CLOSE, []);
    },
  };
}

/** Large bytes, a checkpoint's, go to the thread without a copy. */
function handedOver(parameters: readonly unknown[]): ArrayBuffer[] {
  const large = parameters.map((each) => (each as { state?: unknown } | undefined)?.state);
  return large.flatMap((state) =>
    state instanceof Uint8Array && state.byteLength === state.buffer.byteLength
      ? [state.buffer as ArrayBuffer]
      : [],
  );
}
