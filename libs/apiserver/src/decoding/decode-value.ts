import { SCHEMAS } from '@podlab/api';
import { parseRfc3339 } from '@podlab/kernel';
import { canonicalQuantity } from '@podlab/apimachinery';
import { cannotConvert } from './converted';

/** What was wrong in a value: the first wrong type, and all fields that the types don't have. */
export interface DecodingFaults {
  type?: string;
  /** The value is a map that a strategic merge patch left: its wrong types are told in other words. */
  readonly converted?: boolean;
  readonly unknown: string[];
}

/** Where a value stands: the Go struct with the field, the field's path as errors of types and as strict errors print it. */
interface Place {
  readonly struct: string;
  readonly field: string;
  readonly strictPath: string;
}

/**
 * The fields of a type out of a JSON object; the result holds only own, known fields of the right types, and every
 * required one: as in a Go struct, one that the sender left out has its zero value, for validation to judge.
 */
export function decodeStruct(
  type: string,
  value: Record<string, unknown>,
  faults: DecodingFaults,
  at: Place = { struct: '', field: '', strictPath: '' },
): Record<string, unknown> {
  const { fields } = SCHEMAS[type];
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const strictPath = at.strictPath ? `${at.strictPath}.${key}` : key;
    if (!Object.hasOwn(fields, key)) {
      faults.unknown.push(strictPath);
      continue;
    }
    if (value[key] === null) continue;
    const place = { struct: goName(type), field: at.field ? `${at.field}.${key}` : key, strictPath };
    const decoded = decodeValue(fields[key], value[key], faults, place);
    if (decoded !== undefined) result[key] = decoded;
  }
  return withRequired(type, result);
}

/** Required, and yet without a zero value of their own: a pointer in Go's struct, and the zero time, which is null. */
const ABSENT_WHEN_LEFT_OUT: ReadonlySet<string> = new Set(['LabelSelector', 'time', 'microtime']);

function withRequired(type: string, result: Record<string, unknown>): Record<string, unknown> {
  const { fields, required = [] } = SCHEMAS[type];
  for (const key of required) {
    if (result[key] === undefined && !ABSENT_WHEN_LEFT_OUT.has(fields[key]))
      result[key] = zeroValue(fields[key]);
  }
  return result;
}

function decodeValue(type: string, value: unknown, faults: DecodingFaults, at: Place): unknown {
  if (type.startsWith('[')) return decodeList(type, value, faults, at);
  if (type.startsWith('{')) return decodeMap(type, value, faults, at);
  if (Object.hasOwn(SCHEMAS, type)) {
    if (isObject(value)) return decodeStruct(type, value, faults, at);
    return wrongType(faults, value, type, at);
  }
  return decodeScalar(type, value, faults, at);
}

const MANAGERS = '[ManagedFieldsEntry]';

function decodeList(type: string, value: unknown, faults: DecodingFaults, at: Place): unknown {
  // In a patched object they are those of the stored one, which nobody changes in place.
  if (type === MANAGERS && Object.isFrozen(value)) return value;
  if (!Array.isArray(value)) return wrongType(faults, value, type, at);
  const itemType = type.slice(1, -1);
  return value.map((item, index) => {
    const place = { ...at, strictPath: `${at.strictPath}[${index}]` };
    if (item === null) return zeroValue(itemType);
    return decodeValue(itemType, item, faults, place);
  });
}

function decodeMap(type: string, value: unknown, faults: DecodingFaults, at: Place): unknown {
  if (!isObject(value)) return wrongType(faults, value, type, at);
  const itemType = type.slice(1, -1);
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const place = { ...at, strictPath: `${at.strictPath}.${key}` };
    if (key === '__proto__') faults.unknown.push(place.strictPath);
    else
      result[key] =
        value[key] === null ? zeroValue(itemType) : decodeValue(itemType, value[key], faults, place);
  }
  return result;
}

function decodeScalar(type: string, value: unknown, faults: DecodingFaults, at: Place): unknown {
  switch (type) {
    case 'any':
      return value;
    case 'boolean':
      return typeof value === 'boolean' ? value : wrongType(faults, value, type, at);
    case 'int32':
    case 'int64':
      return decodeInteger(type, value, faults, at);
    case 'double':
      return typeof value === 'number' ? value : wrongType(faults, value, type, at);
    case 'intOrString':
      return typeof value === 'string' ? value : decodeInteger(type, value, faults, at);
    case 'quantity':
      return decodeQuantity(value, faults);
    default:
      if (typeof value !== 'string') return wrongType(faults, value, type, at);
      return decodeText(type, value, faults);
  }
}

const INT32_MAXIMUM = 2_147_483_647;

function decodeInteger(type: string, value: unknown, faults: DecodingFaults, at: Place): unknown {
  if (typeof value !== 'number') return wrongType(faults, value, type, at);
  const inRange =
    type === 'int64' ? Math.abs(value) <= 2 ** 63 : value >= -INT32_MAXIMUM - 1 && value <= INT32_MAXIMUM;
  return Number.isInteger(value) && inRange ? value : wrongType(faults, value, type, at, `number ${value}`);
}

const QUANTITY_FORM =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function decodeQuantity(value: unknown, faults: DecodingFaults): unknown {
  const text = typeof value === 'number' ? String(value) : value;
  const canonical = typeof text === 'string' ? canonicalQuantity(text) : undefined;
  if (canonical === undefined) faults.type ??= QUANTITY_FORM;
  return canonical;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decodeText(type: string, value: string, faults: DecodingFaults): unknown {
  if ((type === 'time' || type === 'microtime') && Number.isNaN(parseRfc3339(value))) {
    const layout = type === 'time' ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00';
    faults.type ??= `parsing time ${JSON.stringify(value)} as "${layout}": cannot parse ${JSON.stringify(value)} as "2006"`;
  }
  if (type === 'byte' && !BASE64.test(value.replace(/[\r\n]/g, ''))) {
    const at = value.search(/[^A-Za-z0-9+/\r\n]/);
    const place = `illegal base64 data at input byte ${at < 0 ? value.length - (value.length % 4) : at}`;
    faults.type ??= faults.converted ? `error decoding from json: ${place}` : place;
  }
  return value;
}

function zeroValue(type: string): unknown {
  if (type.startsWith('[')) return [];
  if (type.startsWith('{')) return {};
  if (Object.hasOwn(SCHEMAS, type)) return withRequired(type, {});
  if (type === 'boolean') return false;
  if (type === 'int32' || type === 'int64' || type === 'double' || type === 'intOrString') return 0;
  return type === 'quantity' ? '0' : '';
}

function wrongType(
  faults: DecodingFaults,
  value: unknown,
  type: string,
  at: Place,
  found = jsonType(value),
): undefined {
  const wanted = goType(type, at);
  faults.type ??= faults.converted
    ? cannotConvert(value, type, wanted)
    : `json: cannot unmarshal ${found} into Go struct field ${at.struct}.${at.field} of type ${wanted}`;
  return undefined;
}

/** Types whose name in the model is not the Go struct's. */
const GO_NAMES: Readonly<Record<string, string>> = { EndpointSlicePort: 'EndpointPort' };
const goName = (type: string) => GO_NAMES[type] ?? type;

/** Fields of a named string type, by struct and field: what Go's messages call them. */
const NAMED_STRINGS: Readonly<Record<string, string>> = {
  'ServiceSpec.type': 'v1.ServiceType',
  'ServiceSpec.sessionAffinity': 'v1.ServiceAffinity',
  'ServicePort.protocol': 'v1.Protocol',
  'ContainerPort.protocol': 'v1.Protocol',
  'PodSpec.restartPolicy': 'v1.RestartPolicy',
  'PodSpec.dnsPolicy': 'v1.DNSPolicy',
  'Container.imagePullPolicy': 'v1.PullPolicy',
  'DeploymentStrategy.type': 'v1.DeploymentStrategyType',
};

function goType(type: string, at: Place): string {
  if (type === '{quantity}') return 'v1.ResourceList';
  if (type.startsWith('[')) return `[]${goType(type.slice(1, -1), at)}`;
  if (type.startsWith('{')) return `map[string]${goType(type.slice(1, -1), at)}`;
  if (Object.hasOwn(SCHEMAS, type)) return `v1.${goName(type)}`;
  if (type === 'boolean') return 'bool';
  if (type === 'double') return 'float64';
  if (type === 'intOrString') return 'int32';
  if (type === 'byte') return '[]uint8';
  return NAMED_STRINGS[`${at.struct}.${at.field.slice(at.field.lastIndexOf('.') + 1)}`] ?? type;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
