import { Refusal } from '@podlab/kernel';

/** What `${name}` may stand for. */
export type TemplateValues = Readonly<Record<string, string | number | boolean>>;

/** A text names something that is not there. */
export class UnknownName extends Refusal {
  override readonly name = 'UnknownName';
}

const PLACE = /\$(\$)?\{([a-z][a-z0-9_-]*)\}/g;
const ONE_PLACE = /^\$\{([a-z][a-z0-9_-]*)\}$/;

/** Puts in what is known and leaves the rest, `$${` included, for {@link finish}. */
export function fill(text: string, values: TemplateValues): string {
  return text.replaceAll(PLACE, (place, escaped: string | undefined, name: string) =>
    escaped === undefined && Object.hasOwn(values, name) ? String(values[name]) : place,
  );
}

/** Puts in everything; `$${name}` becomes `${name}`. Throws UnknownName. */
export function finish(text: string, values: TemplateValues): string {
  return text.replaceAll(PLACE, (_place, escaped: string | undefined, name: string) => {
    if (escaped !== undefined) return `\${${name}}`;
    if (!Object.hasOwn(values, name)) throw new UnknownName(`\${${name}} is not known here`);
    return String(values[name]);
  });
}

/** The names that a text has. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(PLACE)].filter((match) => match[1] === undefined).map((match) => match[2]);
}

/** In every string of some data; under `patch` and `params` a place that stands alone keeps its type. */
export function fillData<T>(data: T, values: TemplateValues): T {
  return mapStrings(data, (text, typed) => {
    const alone = typed ? ONE_PLACE.exec(text) : null;
    if (alone && Object.hasOwn(values, alone[1])) return values[alone[1]];
    return fill(text, values);
  });
}

/** As {@link finish} in every string of some data. Throws UnknownName. */
export function finishData<T>(data: T, values: TemplateValues): T {
  return mapStrings(data, (text, typed) => {
    const alone = typed ? ONE_PLACE.exec(text) : null;
    if (alone && Object.hasOwn(values, alone[1])) return values[alone[1]];
    return finish(text, values);
  });
}

/** Keys whose values go into objects as they are. */
const TYPED: ReadonlySet<string> = new Set(['patch', 'params']);

function mapStrings<T>(data: T, change: (text: string, typed: boolean) => unknown): T {
  const walk = (value: unknown, typed: boolean): unknown => {
    if (typeof value === 'string') return change(value, typed);
    if (Array.isArray(value)) return value.map((part) => walk(part, typed));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, walk(part, typed || TYPED.has(key))]),
    );
  };
  return walk(data, false) as T;
}
