import { SCHEMAS } from '@podlab/api';

/** What in a value is not as its type's schema says, a path and a reason a line. */
export function nonconformities(type: string, value: unknown, at = '$'): string[] {
  if (type.startsWith('[')) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((item, index) => nonconformities(type.slice(1, -1), item, `${at}[${index}]`));
  }
  if (type.startsWith('{')) {
    if (!isObject(value)) return [`${at} is no map`];
    return Object.entries(value).flatMap(([key, item]) =>
      nonconformities(type.slice(1, -1), item, `${at}[${key}]`),
    );
  }
  if (!Object.hasOwn(SCHEMAS, type)) return (SCALARS[type] ?? isObject)(value) ? [] : [`${at} is no ${type}`];
  if (!isObject(value)) return [`${at} is no object`];
  const { fields, required = [] } = SCHEMAS[type];
  const missing = required.filter((name) => value[name] === undefined && fields[name] !== 'time');
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, item]) => {
      if (!Object.hasOwn(fields, name)) return [`${at}.${name} is unknown`];
      const nullTime = item === null && (fields[name] === 'time' || fields[name] === 'microtime');
      return nullTime ? [] : nonconformities(fields[name], item, `${at}.${name}`);
    }),
  ];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown) => typeof value === 'string';
const within = (bits: number) => (value: unknown) =>
  Number.isInteger(value) && Math.abs(value as number) <= 2 ** (bits - 1);
const isTime = (value: unknown) =>
  isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value as string);

const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  any: () => true,
  boolean: (value) => typeof value === 'boolean',
  byte: (value) => isText(value) && /^[A-Za-z0-9+/]*={0,2}$/.test(value as string),
  double: (value) => typeof value === 'number',
  int32: within(32),
  int64: within(64),
  intOrString: (value) => isText(value) || within(32)(value),
  microtime: isTime,
  quantity: isText,
  string: isText,
  time: isTime,
};
