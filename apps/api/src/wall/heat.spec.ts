import type { FailingHopRecord } from '@podlab/persistence';
import { heatOf } from './heat';

/** `ann Node/node-a Iptables NoReadyEndpoint` */
function hop(line: string, index: number): FailingHopRecord {
  const [person_id, place, step, code] = line.split(' ');
  const [kind, name] = place.split('/');
  return {
    attempt_id: person_id,
    id: `${index}`,
    class_id: 'k',
    lab: 'l',
    person_id,
    request_id: `r${index}`,
    disposition: 'Refused',
    location: kind === '-' ? null : JSON.stringify({ kind, name }),
    step: step === '-' ? null : step,
    code: code === '-' ? null : code,
    created_at: index,
  };
}

const table = (lines: readonly string[]) =>
  heatOf(lines.map(hop)).map(({ where, step, code, count, people }) =>
    [where, step, code, count, people].join(' '),
  );

it('counts by kind of place, step and cause, most first, and those of how many people', () => {
  expect(
    table([
      'ann Pod/client DnsQuery NameNotFound',
      'ann Node/node-a Iptables NoReadyEndpoint',
      'ben Node/node-b Iptables NoReadyEndpoint',
      'ben Node/node-b Iptables NoReadyEndpoint',
      'cho - - -',
      'cho - - -',
      'dan Node/node-b Routing NoReadyEndpoint',
    ]),
  ).toEqual([
    'Node Iptables NoReadyEndpoint 3 2',
    '   2 1',
    'Node Routing NoReadyEndpoint 1 1',
    'Pod DnsQuery NameNotFound 1 1',
  ]);
});

it('is empty where nothing failed', () => expect(table([])).toEqual([]));
