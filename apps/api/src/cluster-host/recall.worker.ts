/** A thread that answers one question about the past after another. */
import { restoreCluster } from '@podlab/cluster';
import { openLogReader } from '@podlab/persistence';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { HOST_LIMITS } from '../config/limits';
import type { LogEntry } from './core';
import type { RecallAnswer, RecallData, RecallJob } from './recall-job';
import { RecalledClusters } from './recalled-clusters';

/** Where threads have priorities of their own, those who answer come first. */
const BEHIND_ALL_OTHERS = 10;
setPriority(0, BEHIND_ALL_OTHERS);

const { folder, engine } = workerData as RecallData;
const opened = openLogReader<LogEntry>(folder).then(
  (log) =>
    new RecalledClusters(
      log,
      { version: engine, restore: restoreCluster },
      {
        moments: HOST_LIMITS.recalledMoments,
        stateCharacters: HOST_LIMITS.recalledStateCharacters,
        waypointEntries: HOST_LIMITS.recallWaypointEntries,
      },
    ),
);

const encoder = new TextEncoder();
const bytesOf = (text: string | undefined) => (text === undefined ? undefined : encoder.encode(text));

function answerOf(recalled: RecalledClusters, job: RecallJob): RecallAnswer {
  const { cluster, resourceVersion } = job;
  switch (job.kind) {
    case 'Objects': {
      const past = recalled.objects(cluster, resourceVersion);
      return { bytes: bytesOf(past && JSON.stringify(past)) };
    }
    case 'State':
      return { bytes: bytesOf(recalled.state(cluster, resourceVersion, job.copy)) };
    case 'Request':
      return { request: recalled.request(cluster, resourceVersion, job.connection) };
    case 'CommandRequest':
      return { request: recalled.commandRequest(cluster, resourceVersion, job.id) };
  }
}

async function answerTo(job: RecallJob): Promise<RecallAnswer> {
  try {
    return answerOf(await opened, job);
  } catch (error) {
    return { problem: 'Internal', detail: `The past could not be looked at: ${(error as Error).message}` };
  }
}

parentPort?.on('message', (job: RecallJob) => {
  void answerTo(job).then((answer) => {
    const bytes = 'bytes' in answer ? answer.bytes : undefined;
    parentPort?.postMessage(answer, bytes ? [bytes.buffer as ArrayBuffer] : []);
  });
});
