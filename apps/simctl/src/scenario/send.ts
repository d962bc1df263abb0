import { SendRequest, type Fix, type SendRequestBody } from '@podlab/contracts';
import type { KubeObject } from '@podlab/apimachinery';
import { kubeJson } from '../kubectl/kube-call';
import { kindOf, pathOf, titleOf } from '../kubectl/resources';
import type { Command } from './commands';
import { optionalWordAfter, parseDuration, ScenarioError, wordAfter, type ScenarioLine } from './parse';
import { requestsText, traceText } from './request-text';
import type { Scene } from './run';

const FIX_EVENTS_LIMIT = 1_000_000;

/** `request from SENDER to URL …`: what mattered on the way. */
export const request: Command = (scene, line) => requestsText(send(scene, line));

/** `trace from SENDER to URL …`: every step of it. */
export const trace: Command = (scene, line) => send(scene, line).requests.map(traceText).join('\n');

/** `matrix from SENDER,… to URL,…`: one line a sender, what became of its connection to each target. */
export const matrix: Command = ({ cluster }, line) => {
  const senders = wordAfter(line, 'from').split(',');
  const targets = wordAfter(line, 'to').split(',');
  const { matrix: rows } = cluster.connectivity({
    from: senders.map((sender) => senderOf(line, sender)),
    to: targets,
    timeout_ms: 5000,
  });
  const cells = [['', ...targets], ...rows.map((row, index) => [senders[index], ...row])];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
};

/** `fix`: does what the last diagnosis proposes; a fix of the request itself sends it again. */
export const fix: Command = (scene, line) => {
  const { failed } = scene.memory;
  if (!failed) throw new ScenarioError(line, 'no request failed for which there is a fix');
  delete scene.memory.failed;
  if (failed.fix.action !== 'Request') return repair(scene, failed.fix);
  return requestsText(sendBody(scene, { ...failed.body, ...failed.fix.request } as SendRequestBody));
};

function repair({ cluster }: Scene, proposed: Exclude<Fix, { action: 'Request' }>): string {
  switch (proposed.action) {
    case 'Patch': {
      const { kind, path, name } = placeOf(proposed.object as Parameters<typeof placeOf>[0]);
      const content_type = 'application/json-patch+json';
      kubeJson(cluster, { method: 'PATCH', path, content_type, body: proposed.patch });
      return `${titleOf(kind, name)} patched`;
    }
    case 'Create': {
      const manifest = proposed.manifest as unknown as KubeObject;
      const { name = '', namespace } = manifest.metadata;
      const { kind, collection } = placeOf({ ...manifest, name, namespace });
      kubeJson(cluster, { method: 'POST', path: collection, body: manifest });
      return `${titleOf(kind, name)} created`;
    }
    case 'Cloud':
      cluster.perform({ kind: 'Cloud', settings: { ...cluster.cloud(), ...proposed.cloud } });
      return '';
    case 'DeleteFault':
      return `${cluster.heal(proposed.fault).id} healed`;
    case 'Advance':
      cluster.runUntil(cluster.now() + proposed.ms, FIX_EVENTS_LIMIT);
      cluster.perform({ kind: 'Advance', to_ms: cluster.now() });
      return '';
  }
}

function placeOf(object: { apiVersion: string; kind: string; namespace?: string | null; name: string }) {
  const kind = kindOf({ ...object, metadata: { name: object.name } });
  if (!kind) throw new TypeError(`a diagnosis names the kind ${object.kind}, which is not served`);
  const namespace = object.namespace ?? 'default';
  return {
    kind,
    name: object.name,
    path: pathOf(kind, namespace, object.name),
    collection: pathOf(kind, namespace),
  };
}

function send(scene: Scene, line: ScenarioLine): ReturnType<typeof sendBody> {
  const option = (word: string) => optionalWordAfter(line, word);
  const count = option('count');
  const host = option('host');
  const interval = option('every');
  const port = option('port');
  const body = option('say');
  const connection = (['keep', 'use', 'close'] as const).flatMap((verb) => {
    const name = option(verb);
    return name === undefined ? [] : [{ [verb]: name }];
  });
  return sendBody(scene, {
    from: senderOf(line, wordAfter(line, 'from')),
    to: wordAfter(line, 'to'),
    ...(count !== undefined && { count: Number(count) }),
    ...(interval !== undefined && { interval_ms: parseDuration(line, interval) }),
    ...(body !== undefined && { body }),
    ...(port !== undefined && { source_port: Number(port) }),
    ...(host !== undefined && { headers: { Host: host } }),
    ...(connection.length > 0 && { connection: connection[0] as SendRequestBody['connection'] }),
  });
}

function sendBody({ cluster, memory }: Scene, body: SendRequestBody): ReturnType<typeof cluster.send> {
  const answer = cluster.send(SendRequest.parse(body));
  const proposed = answer.requests.find(({ diagnosis }) => diagnosis?.fix)?.diagnosis?.fix;
  if (proposed) memory.failed = { body, fix: proposed };
  else delete memory.failed;
  return answer;
}

const SENDER = /^(pod|node|outside)(?::(?:([^/]+)\/)?([^/@]+))?(?:@([^/@]+))?$/;

/** `outside:203.0.113.9@node-a` is another address than the usual one, behind node-a. */
function senderOf(line: ScenarioLine, sender: string): SendRequest['from'] {
  const [, kind, namespace, name, via] = SENDER.exec(sender) ?? [];
  if (kind === 'outside' && namespace === undefined)
    return { kind: 'External', ...(name !== undefined && { ip: name }), ...(via !== undefined && { via }) };
  if (via === undefined && kind === 'node' && name !== undefined) return { kind: 'Node', name };
  if (via === undefined && kind === 'pod' && name !== undefined && namespace !== undefined)
    return { kind: 'Pod', namespace, name };
  throw new ScenarioError(line, `a sender is outside, node:NAME or pod:NAMESPACE/NAME, not ${sender}`);
}
