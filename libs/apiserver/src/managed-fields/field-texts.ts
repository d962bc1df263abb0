import { decodeFieldsV1, encodeFieldsV1, type FieldSet } from '@podlab/apimachinery';

/** How many sets are known by their text at a time. */
const KNOWN_SETS = 500;

/** Sets of fields and their text, each worked out once: objects that are made alike have the same. */
export class FieldTexts {
  private readonly sets = new Map<string, FieldSet>();
  private readonly texts = new WeakMap<FieldSet, string>();

  /** The set that a stored text stands for. */
  setOf(text: string): FieldSet {
    const known = this.sets.get(text);
    if (known) return known;
    const set = decodeFieldsV1(JSON.parse(text)) as FieldSet;
    this.remember(set, text);
    return set;
  }

  /** The text of a set that is stored, so that the next write of the object asks for the set. */
  textOf(set: FieldSet): string {
    const known = this.texts.get(set);
    if (known !== undefined) return known;
    const text = encodeFieldsV1(set);
    this.remember(set, text);
    return text;
  }

  private remember(set: FieldSet, text: string): void {
    if (this.sets.size >= KNOWN_SETS) this.sets.clear();
    this.sets.set(text, set);
    this.texts.set(set, text);
  }
}
