import { PROTOBUF } from '@podlab/api';
import { newBadRequest } from '@podlab/apimachinery';
import { base64Encode, rfc3339, rfc3339Micro, utf8Decode } from '@podlab/kernel';

/** The media type that typed clients of kubectl up to 1.34 send. */
export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';

/** Levels of messages within messages. */
const DEPTH_LIMIT_LEVELS = 64;
/** `k8s` and a zero byte stand before the envelope. Models k8s.io/apimachinery pkg/runtime/serializer/protobuf. */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];

/** Zero in these fields is a choice of the client; in all others it is Go's way of saying nothing. */
const MEANINGFUL_ZERO: ReadonlySet<string> = new Set([
  'replicas',
  'minReplicas',
  'terminationGracePeriodSeconds',
  'revisionHistoryLimit',
  'backoffLimit',
  'defaultMode',
  'runAsUser',
  'runAsGroup',
  'fsGroup',
  'parallelism',
  'completions',
  'ttlSecondsAfterFinished',
  'tolerationSeconds',
  'gracePeriodSeconds',
  'deletionGracePeriodSeconds',
  'priority',
  'seconds',
  'stabilizationWindowSeconds',
]);
const MEANINGFUL_FALSE: ReadonlySet<string> = new Set([
  'automountServiceAccountToken',
  'enableServiceLinks',
  'optional',
  'controller',
  'blockOwnerDeletion',
  'immutable',
  'allocateLoadBalancerNodePorts',
  'readOnlyRootFilesystem',
  'allowPrivilegeEscalation',
  'privileged',
  'runAsNonRoot',
  'shareProcessNamespace',
  'hostUsers',
  'setHostnameAsFQDN',
  'suspend',
  'orphanDependents',
  'ready',
  'serving',
  'terminating',
]);

/** Messages whose fields stand in JSON beside those of the message that holds them: `json:",inline"` in Go. */
const INLINED: ReadonlySet<string> = new Set([
  'volumeSource',
  'persistentVolumeSource',
  'localObjectReference',
  'handler',
  'ingressRuleValue',
  'ephemeralContainerCommon',
]);

type Message = Record<string, unknown>;

/** The JSON value of a protobuf body. Throws 400 for what is no such body or a kind without a descriptor. */
export function decodeProtobuf(body: Uint8Array): Message {
  if (body.length < MAGIC.length || MAGIC.some((byte, index) => body[index] !== byte)) {
    throw newBadRequest(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  let type: { apiVersion?: string; kind?: string } = {};
  let raw = new Uint8Array();
  for (const { number, bytes } of readFields(body.subarray(MAGIC.length))) {
    if (number === 1) type = namedTexts(bytes);
    if (number === 2) raw = new Uint8Array(bytes);
  }
  const { apiVersion = '', kind = '' } = type;
  const message = messageOf(apiVersion, kind);
  if (!Object.hasOwn(PROTOBUF, message))
    throw newBadRequest(`no kind ${JSON.stringify(kind)} is registered for protobuf`);
  return { apiVersion, kind, ...readMessage(message, raw, 0) };
}

/** The message of a kind that is served in two versions, or in two groups, has a name of its own. */
function messageOf(apiVersion: string, kind: string): string {
  const older = `${kind}V1`;
  if (apiVersion.endsWith('/v1') && Object.hasOwn(PROTOBUF, older)) return older;
  return apiVersion === 'events.k8s.io/v1' ? `Events${kind}` : kind;
}

function namedTexts(bytes: Uint8Array): { apiVersion?: string; kind?: string } {
  const texts: { apiVersion?: string; kind?: string } = {};
  for (const field of readFields(bytes)) {
    if (field.number === 1) texts.apiVersion = utf8Decode(field.bytes);
    if (field.number === 2) texts.kind = utf8Decode(field.bytes);
  }
  return texts;
}

interface Field {
  readonly number: number;
  /** Of a varint; signed as int64. */
  readonly value: number;
  /** Of everything else. */
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array();

function* readFields(bytes: Uint8Array): Generator<Field> {
  const reader = new Reader(bytes);
  while (reader.at < bytes.length) {
    const tag = reader.varint();
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === 0) yield { number, value: reader.varint(), bytes: NO_BYTES };
    else yield { number, value: 0, bytes: reader.take(wire === 2 ? reader.varint() : FIXED_BYTES[wire]) };
  }
}

const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

class Reader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** A whole number; one of ten bytes is negative, as int64 writes it. */
  varint(): number {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.at >= this.bytes.length) throw malformed();
      const byte = this.bytes[this.at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
    throw malformed();
  }

  take(length: number | undefined): Uint8Array {
    if (length === undefined || length < 0 || this.at + length > this.bytes.length) throw malformed();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

const malformed = () => newBadRequest('the body is not a well-formed protobuf message');

function readMessage(name: string, bytes: Uint8Array, depth: number): Message {
  if (depth > DEPTH_LIMIT_LEVELS)
    throw newBadRequest(`protobuf depth is limited to ${DEPTH_LIMIT_LEVELS} levels`);
  const message: Message = {};
  for (const field of readFields(bytes)) {
    const known = PROTOBUF[name][field.number];
    if (known === undefined) continue; // protobuf's rule for a field of a newer version
    const [key, type] = splitField(known);
    if (type.startsWith('[')) addToList(message, key, readValue(key, type.slice(1, -1), field, depth));
    else if (type.startsWith('{')) addToMap(message, key, type.slice(1, -1), field.bytes, depth);
    else {
      const value = readValue(key, type, field, depth);
      if (INLINED.has(key) && type !== 'string') Object.assign(message, value);
      else if (!isAbsent(key, value)) message[key] = value;
    }
  }
  return message;
}

function splitField(text: string): [key: string, type: string] {
  const space = text.indexOf(' ');
  return [text.slice(0, space), text.slice(space + 1)];
}

/** Go writes every field that is no pointer; JSON's omitempty leaves out those that say nothing. */
function isAbsent(key: string, value: unknown): boolean {
  if (value === undefined || value === '') return true;
  if (value === 0) return !MEANINGFUL_ZERO.has(key);
  return value === false && !MEANINGFUL_FALSE.has(key);
}

function addToList(message: Message, key: string, value: unknown): void {
  const list = (message[key] ??= []) as unknown[];
  list.push(value);
}

function addToMap(message: Message, key: string, type: string, entry: Uint8Array, depth: number): void {
  let name = '';
  let value: unknown = type === 'string' || type === 'bytes' ? '' : {};
  for (const field of readFields(entry)) {
    if (field.number === 1) name = utf8Decode(field.bytes);
    if (field.number === 2) value = readValue('', type, field, depth);
  }
  const map = (message[key] ??= {}) as Message;
  Object.defineProperty(map, name, { value, enumerable: true, writable: true, configurable: true });
}

function readValue(key: string, type: string, { value, bytes }: Field, depth: number): unknown {
  switch (type) {
    case 'string':
      return utf8Decode(bytes);
    case 'bytes':
      return base64Encode(bytes);
    case 'bool':
      return value !== 0;
    case 'int32':
    case 'int64':
      return value;
    case 'double':
      return undefined;
    case 'Quantity':
      return readMessage(type, bytes, depth + 1).string ?? '0';
    case 'IntOrString':
      return intOrString(bytes);
    case 'Time':
    case 'MicroTime':
      return timeOf(bytes, type);
    default:
      return Object.hasOwn(PROTOBUF, type) ? readMessage(type, bytes, depth + 1) : unknownType(key, type);
  }
}

function unknownType(key: string, type: string): never {
  throw newBadRequest(`field ${key} has the type ${type}, which this server does not read as protobuf`);
}

function intOrString(bytes: Uint8Array): number | string | undefined {
  const { type = 0, intVal = 0, strVal = '' } = readMessage('IntOrString', bytes, 0) as Record<string, never>;
  if (type !== 0) return strVal;
  return intVal === 0 ? undefined : intVal;
}

function timeOf(bytes: Uint8Array, type: string): string | undefined {
  let seconds: number | undefined;
  let nanos = 0;
  for (const field of readFields(bytes)) {
    if (field.number === 1) seconds = field.value;
    if (field.number === 2) nanos = field.value;
  }
  if (seconds === undefined) return undefined;
  const at = seconds * 1000 + Math.floor(nanos / 1e6);
  return type === 'Time' ? rfc3339(at) : rfc3339Micro(at);
}
