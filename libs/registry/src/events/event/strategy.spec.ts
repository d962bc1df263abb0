import { utf8Decode } from '@podlab/kernel';
import { api } from '../../testing/empty-api';

const CORE = '/api/v1/namespaces/lab/events';
const NEWER = '/apis/events.k8s.io/v1/namespaces/lab/events';
const AT = '2026-11-18T17:20:00.000000Z';

const regarding = { apiVersion: 'v1', kind: 'Pod', namespace: 'lab', name: 'web' };
const newer = (fields: object = {}) => ({
  metadata: { name: 'web.1' },
  eventTime: AT,
  reportingController: 'example.com/watcher',
  reportingInstance: 'watcher-1',
  action: 'Look',
  reason: 'Looked',
  type: 'Normal',
  regarding,
  note: 'somebody looked',
  ...fields,
});
const older = (fields: object = {}) => ({
  metadata: { name: 'web.2' },
  involvedObject: regarding,
  reason: 'Pulled',
  message: 'the image is there',
  type: 'Normal',
  source: { component: 'kubelet', host: 'node-a' },
  firstTimestamp: '2026-11-18T17:19:00Z',
  lastTimestamp: '2026-11-18T17:20:00Z',
  count: 3,
  ...fields,
});

describe('an Event in two groups', () => {
  test('is one object, said in the words of each', () => {
    const { request } = api();
    expect(request('POST', CORE, older()).status).toBe(201);
    expect(request('GET', `${NEWER}/web.2`).body).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      eventTime: null,
      regarding,
      note: 'the image is there',
      deprecatedSource: { component: 'kubelet', host: 'node-a' },
      deprecatedCount: 3,
      deprecatedLastTimestamp: '2026-11-18T17:20:00Z',
    });
    expect(request('POST', NEWER, newer()).status).toBe(201);
    expect(request('GET', `${CORE}/web.1`).body).toMatchObject({
      apiVersion: 'v1',
      involvedObject: regarding,
      message: 'somebody looked',
      reportingComponent: 'example.com/watcher',
      eventTime: AT,
    });
    const { body } = request('GET', NEWER);
    expect([body.kind, body.apiVersion, body.items.length]).toEqual(['EventList', 'events.k8s.io/v1', 2]);
    expect(request('DELETE', `${NEWER}/web.2`).status).toBe(200);
    expect(request('GET', `${CORE}/web.2`).body.message).toBe('events "web.2" not found');
  });

  test('is selected by the fields of each, printed alike, and watched', () => {
    const { request, raw, watch } = api();
    const { lines } = watch(`${NEWER}?watch=1&fieldSelector=regarding.name%3Dweb`);
    request('POST', CORE, older());
    expect(lines.map(({ object }) => object)).toMatchObject([{ note: 'the image is there', regarding }]);
    const count = (url: string) => request('GET', url).body.items.length as number;
    expect(count(`${NEWER}?fieldSelector=regarding.kind%3DPod,reportingController%3D`)).toBe(1);
    expect(count(`${NEWER}?fieldSelector=regarding.name%3Dother`)).toBe(0);
    expect(request('GET', `${NEWER}?fieldSelector=involvedObject.name%3Dweb`).status).toBe(400);
    const cells = (url: string) => {
      const answer = raw('GET', url, 'application/json;as=Table;g=meta.k8s.io;v=v1');
      return (JSON.parse(utf8Decode(answer.body)) as { rows: { cells: unknown[] }[] }).rows[0].cells;
    };
    expect(cells(NEWER)).toEqual(cells(CORE));
    expect(cells(NEWER)).toContain('pod/web');
  });

  test('gets a longer series, and nothing else, by the newer one', () => {
    const { request } = api();
    request('POST', NEWER, newer());
    const merge = (patch: object) =>
      request('PATCH', `${NEWER}/web.1`, patch, 'application/merge-patch+json');
    const { status, body } = merge({ series: { count: 2, lastObservedTime: AT } });
    expect([status, body.series]).toEqual([200, { count: 2, lastObservedTime: AT }]);
    expect(merge({ series: { count: 1 } }).body.message).toContain(
      'series.count: Invalid value: "": should be',
    );
    expect(merge({ note: 'other', reason: 'Other' }).body.message).toBe(
      'Event "web.1" is invalid: [reason: Invalid value: "Other": field is immutable, message: Invalid value: "other": field is immutable]',
    );
  });
});

// Restates k8s.io/kubernetes pkg/apis/core/validation/events_test.go TestValidateEventForCoreV1Events and
// TestValidateEventCreateForNewV1Events.
describe('an Event is refused', () => {
  const long = 'x'.repeat(129);
  test.each<[url: string, event: object, told: string]>([
    [
      CORE,
      older({ involvedObject: { ...regarding, namespace: 'other' } }),
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ],
    [
      CORE,
      older({ involvedObject: {} }),
      'involvedObject.namespace: Invalid value: "": does not match event.namespace',
    ],
    [
      CORE,
      older({ eventTime: AT, reportingComponent: 'a b', reportingInstance: 'i', action: 'a' }),
      'reportingController: Invalid value: "a b": name part must consist of alphanumeric characters',
    ],
    [
      CORE,
      older({ eventTime: AT, reportingComponent: 'a', reportingInstance: '', action: '' }),
      'reportingInstance: Required value, action: Required value',
    ],
    [NEWER, newer({ eventTime: null }), 'eventTime: Required value'],
    [NEWER, newer({ type: 'Odd' }), 'type: Invalid value: "": has invalid value: Odd'],
    [NEWER, newer({ action: long }), 'action: Invalid value: "": can have at most 128 characters'],
    [NEWER, newer({ reason: '' }), 'reason: Required value'],
    [
      NEWER,
      newer({ reportingInstance: long }),
      'reportingInstance: Invalid value: "": can have at most 128 characters',
    ],
    [
      NEWER,
      newer({ note: 'x'.repeat(1025) }),
      'message: Invalid value: "": can have at most 1024 characters',
    ],
    [
      NEWER,
      newer({ deprecatedFirstTimestamp: '2026-11-18T17:20:00Z' }),
      'firstTimestamp: Invalid value: "": needs to be unset',
    ],
    [
      NEWER,
      newer({ deprecatedLastTimestamp: '2026-11-18T17:20:00Z' }),
      'lastTimestamp: Invalid value: "": needs to be unset',
    ],
    [NEWER, newer({ deprecatedCount: 1 }), 'count: Invalid value: "": needs to be unset'],
    [NEWER, newer({ deprecatedSource: { host: 'a' } }), 'source: Invalid value: "": needs to be unset'],
    [
      NEWER,
      newer({ series: { count: 1, lastObservedTime: AT } }),
      'series.count: Invalid value: "": should be at least 2',
    ],
    [NEWER, newer({ series: { count: 2 } }), 'series.lastObservedTime: Required value'],
  ])('%s %j', (url, event, told) => {
    const { status, body } = api().request('POST', url, event);
    expect([status, body.message]).toEqual([422, expect.stringContaining(told)]);
  });
});
