import type { Service } from '@podlab/api';

/**
 * What other Services hold of a thing that each may have once. The first question walks the Services, since a draw from
 * a sparse range needs no more than that one; only a second question pays for a set.
 */
export class UsedValues<T> {
  private readonly added = new Set<T>();
  private set?: ReadonlySet<T>;
  private asked = false;

  constructor(
    private readonly services: readonly Service[],
    private readonly except: Service | undefined,
    private readonly valuesOf: (service: Service) => readonly T[],
  ) {}

  has(value: T): boolean {
    if (this.added.has(value)) return true;
    if (this.asked) return (this.set ??= this.collect()).has(value);
    this.asked = true;
    return this.services.some(
      (service) => !this.isExcepted(service) && this.valuesOf(service).includes(value),
    );
  }

  add(value: T): void {
    this.added.add(value);
  }

  private collect(): ReadonlySet<T> {
    const others = this.services.filter((service) => !this.isExcepted(service));
    return new Set(others.flatMap((service) => this.valuesOf(service)));
  }

  private isExcepted(service: Service): boolean {
    return service.metadata.uid === this.except?.metadata.uid;
  }
}
