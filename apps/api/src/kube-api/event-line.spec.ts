import { EventLine } from './event-line';

/** A cluster whose disk is told how far it has come. */
function disk() {
  const held: { revision: number; deliver: () => void }[] = [];
  const source = {
    durableRevision: 0,
    whenDurable(revision: number, deliver: () => void) {
      if (revision <= source.durableRevision && held.length === 0) deliver();
      else held.push({ revision, deliver });
    },
  };
  const advance = (revision: number) => {
    source.durableRevision = revision;
    while (held.length > 0 && held[0].revision <= revision) held.shift()?.deliver();
  };
  return { source, advance };
}

function watcher(source: ConstructorParameters<typeof EventLine>[0]) {
  const written: Uint8Array[] = [];
  const line = new EventLine(source, (bytes) => written.push(bytes));
  return { line, written, text: () => written.map((bytes) => Buffer.from(bytes).toString('latin1')) };
}

const event = (text: string, resourceVersion: number) => ({ bytes: Buffer.from(text), resourceVersion });

describe('Events on their way to a watcher', () => {
  it('one that is durable goes out at once', () => {
    const { source, advance } = disk();
    const { line, text } = watcher(source);
    advance(3);
    line.push(event('a', 3));
    expect(text()).toEqual(['a']);
  });

  it('nothing goes out before it is durable, and what became durable together goes out together', () => {
    const { source, advance } = disk();
    const { line, text } = watcher(source);
    [1, 2, 3].forEach((revision) => line.push(event(String(revision), revision)));
    expect(text()).toEqual([]);
    advance(2);
    expect(text()).toEqual(['12']);
    advance(3);
    expect(text()).toEqual(['12', '3']);
  });

  it('watchers of the same events share the bytes', () => {
    const { source, advance } = disk();
    const [one, other] = [watcher(source), watcher(source)];
    for (const shared of [event('a', 1), event('b', 2)])
      [one, other].forEach(({ line }) => line.push(shared));
    advance(2);
    expect(one.text()).toEqual(['ab']);
    expect(other.written[0]).toBe(one.written[0]);
  });

  it('watchers of other events do not', () => {
    const { source, advance } = disk();
    const [one, other] = [watcher(source), watcher(source)];
    one.line.push(event('a', 1));
    one.line.push(event('b', 2));
    other.line.push(event('a', 1));
    other.line.push(event('c', 2));
    advance(2);
    expect([one.text(), other.text()]).toEqual([['ab'], ['ac']]);
  });

  it('the end comes after all events, though they become durable one after another', () => {
    const { source, advance } = disk();
    const { line, text } = watcher(source);
    line.push(event('a', 1));
    line.push(event('b', 2));
    let seen: string[] | undefined;
    line.last(2, () => (seen = text()));
    advance(1);
    expect(seen).toBeUndefined();
    advance(2);
    expect(seen).toEqual(['a', 'b']);
  });
});
