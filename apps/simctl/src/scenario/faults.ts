import { FaultCreate, type Fault } from '@podlab/contracts';
import type { Command } from './commands';
import { optionalWordAfter, pairsOf, parseDuration, ScenarioError, type ScenarioLine } from './parse';

/** `fault LinkLatency pod:lab06/web latency_ms=200 for 30s`: answers with the fault's id. */
export const injectFault: Command = ({ cluster }, line) => {
  const [, kind, target] = line.words;
  const duration = optionalWordAfter(line, 'for');
  const params = Object.fromEntries([...pairsOf(line.words)].map(([name, value]) => [name, valueOf(value)]));
  const parsed = FaultCreate.safeParse({
    kind,
    target: targetOf(line, target),
    ...(Object.keys(params).length > 0 && { params }),
    ...(duration !== undefined && { duration_ms: parseDuration(line, duration) }),
  });
  if (!parsed.success) throw new ScenarioError(line, reasonsOf(parsed.error.issues));
  return cluster.inject(parsed.data).id;
};

/** `heal f1` */
export const healFault: Command = ({ cluster }, line) => {
  cluster.heal(line.words[1] ?? '');
  return '';
};

/** One line a fault. */
export const listFaults: Command = ({ cluster }) => cluster.faults().map(faultText).join('\n');

const reasonsOf = (issues: readonly { path: PropertyKey[]; message: string }[]) =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(', ');

function faultText({ id, kind, target, state, params, ended_because }: Fault): string {
  const name = target.kind === 'Pod' ? `${target.namespace}/${target.name}` : target.name;
  const pairs = Object.entries(params).map(([key, value]) => `${key}=${value}`);
  return [id, kind, `${target.kind} ${name}`, ...pairs, ended_because ?? state].join('  ');
}

function targetOf(line: ScenarioLine, text = ''): unknown {
  const [, kind, name] = /^(node|pod|image):(.+)$/.exec(text) ?? [];
  const [, namespace, pod] = /^([^/]+)\/([^/]+)$/.exec(name ?? '') ?? [];
  if (kind === 'node') return { kind: 'Node', name };
  if (kind === 'image') return { kind: 'Image', name };
  if (kind === 'pod' && pod !== undefined) return { kind: 'Pod', namespace, name: pod };
  throw new ScenarioError(line, `a target is node:NAME, pod:NAMESPACE/NAME or image:NAME, not ${text}`);
}

function valueOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
