import type { NftElement } from '@podlab/netstack';
import type { OwnedElement } from './service-rules';

interface Claim {
  readonly owner: string;
  readonly element: NftElement;
}

/**
 * Who wants which element of a node's shared sets and maps. Two service ports may want the same one (a Service's ports
 * share a cluster IP, two Services an endpoint): it is there as long as one of them does, as the first by name wants it.
 */
export class ElementLedger {
  private readonly claims = new Map<string, Claim | readonly Claim[]>();

  claim(owner: string, { set, key, element }: OwnedElement): void {
    const place = placeOf(set, key);
    const known = this.claims.get(place);
    if (known === undefined) {
      this.claims.set(place, { owner, element });
      return;
    }
    const others = listOf(known).filter((claim) => claim.owner !== owner);
    this.keep(place, [...others, { owner, element }]);
  }

  release(owner: string, { set, key }: OwnedElement): void {
    const place = placeOf(set, key);
    const known = this.claims.get(place);
    if (known === undefined) return;
    this.keep(
      place,
      listOf(known).filter((claim) => claim.owner !== owner),
    );
  }

  /** The element as it should be, undefined where nobody wants it. */
  wanted(set: string, key: string): NftElement | undefined {
    const known = this.claims.get(placeOf(set, key));
    return known === undefined ? undefined : listOf(known)[0].element;
  }

  private keep(place: string, claims: Claim[]): void {
    if (claims.length === 0) this.claims.delete(place);
    else if (claims.length === 1) this.claims.set(place, claims[0]);
    else {
      const sorted = claims.sort((a, b) => (a.owner < b.owner ? -1 : 1));
      this.claims.set(place, sorted);
    }
  }
}

function listOf(claims: Claim | readonly Claim[]): readonly Claim[] {
  return 'owner' in claims ? [claims] : claims;
}

function placeOf(set: string, key: string): string {
  return `${set} ${key}`;
}
