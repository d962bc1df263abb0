import { deepFreeze, utf8Decode } from '@podlab/kernel';
import { ObjectEncoder } from './encoding';

const object = (name: string) =>
  deepFreeze({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text: 'x'.repeat(5_000) } });

describe('Bytes that several clients ask for', () => {
  it('a list is put together once a revision', () => {
    const encoder = new ObjectEncoder();
    let made = 0;
    const list = (revision: number, asked: string) =>
      encoder.listOnce(revision, asked, () => {
        made++;
        return encoder.encodeList({ kind: 'ConfigMapList', metadata: { revision } }, [object(asked)]);
      });
    const first = list(1, 'a');
    expect(list(1, 'a')).toBe(first);
    expect(list(1, 'b')).not.toBe(first);
    expect(made).toBe(2);
    const later = JSON.parse(utf8Decode(list(2, 'a'))) as object;
    expect(later).toMatchObject({ metadata: { revision: 2 }, items: [{ metadata: { name: 'a' } }] });
    expect(made).toBe(3);
  });

  it('a change is encoded once for all watches', () => {
    const encoder = new ObjectEncoder();
    const changed = object('a');
    const line = encoder.encodeWatchEvent('ADDED', changed);
    expect(utf8Decode(line)).toBe(`${JSON.stringify({ type: 'ADDED', object: changed })}\n`);
    expect(encoder.encodeWatchEvent('ADDED', changed)).toBe(line);
    expect(utf8Decode(encoder.encodeWatchEvent('DELETED', changed))).toContain('"type":"DELETED"');
    expect(utf8Decode(encoder.encodeWatchEvent('ADDED', object('b')))).toContain('"name":"b"');
  });

  it('a value that may still change is encoded each time', () => {
    const encoder = new ObjectEncoder();
    const bookmark = { metadata: { resourceVersion: '1' } };
    encoder.encodeWatchEvent('BOOKMARK', bookmark);
    bookmark.metadata.resourceVersion = '2';
    expect(utf8Decode(encoder.encodeWatchEvent('BOOKMARK', bookmark))).toContain('"resourceVersion":"2"');
  });
});
