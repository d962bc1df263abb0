import { Refusal } from './refusal';

/** A named bound was reached; `limit` is its name, `maximum` its value in the unit that ends the name. */
export class LimitExceeded extends Refusal {
  override readonly name = 'LimitExceeded';
  constructor(
    readonly limit: string,
    readonly maximum: number,
  ) {
    super(`${limit} is limited to ${maximum}`);
  }
}

/** Throws {@link LimitExceeded} when `actual` is over `maximum`. */
export function withinLimit(limit: string, actual: number, maximum: number): void {
  if (actual > maximum) throw new LimitExceeded(limit, maximum);
}
