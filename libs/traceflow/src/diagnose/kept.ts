import type { Failure, Finding } from './finding';
import { changeRequest, nameOf } from './finding';
import { nameOf as connectionName } from '../send/kept-connections';

/** A kept connection that is over, or whose other end is silent: only a new one helps. */
export function keptConnectionOver({ request, outcome, objects }: Failure): Finding | undefined {
  const { connection } = request;
  if (!connection || 'keep' in connection || !outcome) return undefined;
  const { peer, disposition } = outcome;
  const pod = objects.podByUid(peer?.namespace.replace(/^pod\//, '') ?? '');
  const name = connectionName(connection);
  const params = {
    name,
    backend: peer?.backend.address ?? '',
    port: peer?.backend.port ?? request.source_port ?? 0,
    ...(pod && { pod: nameOf(pod) }),
  };
  const closed = disposition === 'Reset' ? 'KeptConnectionClosed' : 'KeptConnectionSilent';
  return {
    code: closed,
    ...(pod ? { object: pod } : { message: `${closed}.PodGone` }),
    field: 'connection',
    found: name,
    params,
    fix: changeRequest({ connection: { keep: name } }),
  };
}
