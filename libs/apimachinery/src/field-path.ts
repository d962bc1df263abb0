/**
 * The place of a field in an object, as error messages print it: `spec.ports[0].nodePort`, `metadata.labels[app]`.
 * Its text is made when it is asked for: most fields are right, and their paths are never printed.
 * Models k8s.io/apimachinery pkg/util/validation/field Path.
 */
export class Path {
  private constructor(
    private readonly parent: Path | undefined,
    private readonly segment: string | number,
    private readonly kind: 'name' | 'index' | 'key',
  ) {}

  static of(name: string, ...more: string[]): Path {
    const path = new Path(undefined, name, 'name');
    return more.length > 0 ? path.child(more[0], ...more.slice(1)) : path;
  }

  /** The object itself; prints as upstream's nil path. */
  static readonly root = new Path(undefined, '<nil>', 'name');

  child(name: string, ...more: string[]): Path {
    let path = new Path(this === Path.root ? undefined : this, name, 'name');
    for (const each of more) path = new Path(path, each, 'name');
    return path;
  }

  index(position: number): Path {
    return new Path(this === Path.root ? undefined : this, position, 'index');
  }

  key(key: string): Path {
    return new Path(this === Path.root ? undefined : this, key, 'key');
  }

  toString(): string {
    const before = this.parent?.toString() ?? '';
    if (this.kind !== 'name') return `${before}[${this.segment}]`;
    return this.parent ? `${before}.${this.segment}` : String(this.segment);
  }
}
