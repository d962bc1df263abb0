import { isInZone } from '../corefile/parse';
import type { Question, ResourceRecord } from '../wire/message';
import type { Target } from './records';

/** Finds the records of a name anywhere: what a CNAME points to. */
export type RecordLookUp = (name: string, type: Question['type']) => readonly ResourceRecord[];

export interface RecordContext {
  readonly name: string;
  readonly zone: string;
  readonly ttl: number;
  readonly lookUp: RecordLookUp;
}

export interface RecordSet {
  readonly answers: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

const NOTHING: RecordSet = { answers: [], additionals: [] };

/** What the targets of a name are as records of a type. Models coredns plugin/backend_lookup.go A, AAAA, CNAME, SRV. */
export function recordsOf(
  targets: readonly Target[],
  type: Question['type'],
  context: RecordContext,
): RecordSet {
  const alias = targets.find((target) => target.isName);
  if (type === 'SRV') return alias ? aliasService(alias, context) : serviceRecords(targets, context);
  if (alias) return { answers: aliasRecords(alias, type, context), additionals: [] };
  if (type !== 'A' && type !== 'AAAA') return NOTHING;
  const addresses = new Set(targets.map(({ host }) => host).filter((host) => familyOf(host) === type));
  return {
    answers: [...addresses].map((address) => addressRecord(context.name, address, context.ttl)),
    additionals: [],
  };
}

export function familyOf(address: string): 'A' | 'AAAA' {
  return address.includes(':') ? 'AAAA' : 'A';
}

export function addressRecord(name: string, address: string, ttl: number): ResourceRecord {
  return { name, ttl, type: familyOf(address), address };
}

/** An alias inside the zone that leads to no record is left out: the name then has no data. */
function aliasRecords(alias: Target, type: Question['type'], context: RecordContext): ResourceRecord[] {
  const { name, ttl, zone } = context;
  const record: ResourceRecord = { name, ttl, type: 'CNAME', target: alias.host };
  if (type === 'CNAME') return [record];
  if ((type !== 'A' && type !== 'AAAA' && type !== 'TXT') || alias.host === name) return [];
  const behind = context.lookUp(alias.host, type);
  return behind.length === 0 && isInZone(alias.host, zone) ? [] : [record, ...behind];
}

function aliasService({ host, port }: Target, { name, ttl, lookUp }: RecordContext): RecordSet {
  const record: ResourceRecord = { name, ttl, type: 'SRV', priority: 0, weight: 100, port, target: host };
  return { answers: [record], additionals: [...lookUp(host, 'A'), ...lookUp(host, 'AAAA')] };
}

function serviceRecords(targets: readonly Target[], { name, zone, ttl }: RecordContext): RecordSet {
  const answers = new Map<string, ResourceRecord>();
  const additionals = new Map<string, ResourceRecord>();
  const weight = Math.max(1, Math.floor(100 / Math.max(1, targets.length)));
  for (const { host, port, name: below } of targets) {
    if (port < 0) continue;
    const target = `${below}.${zone}`;
    answers.set(`${target}:${port}`, { name, ttl, type: 'SRV', priority: 0, weight, port, target });
    additionals.set(`${target}:${host}`, addressRecord(target, host, ttl));
  }
  return { answers: [...answers.values()], additionals: [...additionals.values()] };
}
