/**
 * The place of a field in an object, as error messages print it: `spec.ports[0].nodePort`, `metadata.labels[app]`.
 * Models k8s.io/apimachinery pkg/util/validation/field Path.
 */
export class Path {
  private constructor(private readonly text: string) {}

  static of(name: string, ...more: string[]): Path {
    return new Path([name, ...more].join('.'));
  }

  /** The object itself; prints as upstream's nil path. */
  static readonly root = new Path('<nil>');

  child(name: string, ...more: string[]): Path {
    const names = [name, ...more].join('.');
    return new Path(this === Path.root ? names : `${this.text}.${names}`);
  }

  index(position: number): Path {
    return new Path(`${this.base()}[${position}]`);
  }

  key(key: string): Path {
    return new Path(`${this.base()}[${key}]`);
  }

  toString(): string {
    return this.text;
  }

  private base(): string {
    return this === Path.root ? '' : this.text;
  }
}
