import type { NftElement } from '@podlab/netstack';
import type { OwnedElement } from './service-rules';

interface Claim {
  readonly owner: string;
  readonly element: NftElement;
}

const MEMBER: NftElement = Object.freeze({});

/**
 * Who wants which element of a node's shared sets and maps. Two service ports may want the same one (a Service's ports
 * share a cluster IP, two Services an endpoint): it is there as long as one of them does; in a map it is as the first by
 * name wants it.
 */
export class ElementLedger {
  /** Elements of sets are all alike, so that their number is enough. */
  private readonly members = new Map<string, number>();
  private readonly claims = new Map<string, readonly Claim[]>();

  claim(owner: string, { set, key, element }: OwnedElement): void {
    const place = placeOf(set, key);
    if (element.verdict === undefined) {
      this.members.set(place, (this.members.get(place) ?? 0) + 1);
      return;
    }
    const known = this.claims.get(place) ?? [];
    const claims = [...known.filter((claim) => claim.owner !== owner), { owner, element }];
    this.claims.set(place, claims.length === 1 ? claims : claims.sort(byOwner));
  }

  release(owner: string, { set, key, element }: OwnedElement): void {
    const place = placeOf(set, key);
    if (element.verdict === undefined) {
      const left = (this.members.get(place) ?? 0) - 1;
      if (left > 0) this.members.set(place, left);
      else this.members.delete(place);
      return;
    }
    const left = (this.claims.get(place) ?? []).filter((claim) => claim.owner !== owner);
    if (left.length > 0) this.claims.set(place, left);
    else this.claims.delete(place);
  }

  /** The element as it should be, undefined where nobody wants it. */
  wanted(set: string, key: string): NftElement | undefined {
    const place = placeOf(set, key);
    return this.members.has(place) ? MEMBER : this.claims.get(place)?.[0].element;
  }
}

function byOwner(a: Claim, b: Claim): number {
  return a.owner < b.owner ? -1 : 1;
}

function placeOf(set: string, key: string): string {
  return `${set} ${key}`;
}
