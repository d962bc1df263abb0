import { shownObjects, shownRequest } from './evidence-view';

describe('evidence', () => {
  it.each([
    [
      'a request that was walked',
      { from: { kind: 'External' }, to: 'http://10.96.0.1/', disposition: 'NoRoute', path: [] },
      { from: { kind: 'External' }, to: 'http://10.96.0.1/', disposition: 'NoRoute', backends: [] },
    ],
    [
      'how many were spread',
      { to: 'http://web/', by_backend: { '10.244.1.2:80': 1, '10.244.0.2:80': 3 } },
      {
        from: null,
        to: 'http://web/',
        disposition: null,
        backends: [
          ['10.244.0.2:80', 3],
          ['10.244.1.2:80', 1],
        ],
      },
    ],
  ])('of %s is read as what can be sent again', (_, request, expected) =>
    expect(shownRequest({ kind: 'Request', request })).toEqual(expected),
  );

  it('names each object once', () => {
    const web = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'lab06' } };
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-a' } };
    expect(shownObjects({ kind: 'Objects', objects: [web, web, node] })).toEqual([
      { kind: 'Service', namespace: 'lab06', name: 'web' },
      { kind: 'Node', namespace: undefined, name: 'node-a' },
    ]);
  });
});
