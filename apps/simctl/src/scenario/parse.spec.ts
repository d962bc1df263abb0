import { parseDuration, parseScenario, ScenarioError } from './parse';
import { runScenario } from './run';

const read = (): string => {
  throw new Error('this scenario names no file');
};

describe('a scenario', () => {
  it('is prose and commands; a block belongs to its command', () => {
    const lines = parseScenario('# Prose.\n\nkubectl patch -p \'{"a": 1}\'\napply <<END\nkind: Pod\nEND\n');
    expect(lines).toEqual([
      { number: 1, text: '# Prose.', words: [] },
      { number: 3, text: 'kubectl patch -p \'{"a": 1}\'', words: ['kubectl', 'patch', '-p', '{"a": 1}'] },
      { number: 4, text: 'apply <<END\nkind: Pod\nEND', words: ['apply'], block: 'kind: Pod' },
    ]);
  });

  it('may keep an answer in a variable', () => {
    const [line] = parseScenario('VIP=$(kubectl get pods)');
    expect(line).toMatchObject({ variable: 'VIP', words: ['kubectl', 'get', 'pods'] });
  });

  it.each([
    ['apply <<END\nkind: Pod', 'line 1: the block has no closing END'],
    ['# first\njump high', 'line 2: there is no command jump'],
    ['advance soon', 'line 1: soon is no duration, such as 30s'],
    ['kubectl describe pod web', 'line 1: there is no kubectl describe here'],
    ['kubectl get widgets', 'line 1: the server has no resource type widgets'],
    ['request to http://web/', 'line 1: request needs from …'],
    [
      'request from mars to http://web/',
      'line 1: a sender is outside, node:NAME or pod:NAMESPACE/NAME, not mars',
    ],
    ['fault NodeDown a', 'line 1: a target is node:NAME, pod:NAMESPACE/NAME or image:NAME, not a'],
    ['fault Flood node:a', 'line 1: kind: Invalid discriminator value'],
    [
      'fault LinkLatency node:a latency_ms=90000',
      'line 1: params.latency_ms: faultLatencyMilliseconds is limited to 60000',
    ],
    ['cloud maybe', 'line 1: cloud is on or off, not maybe'],
    ['request from outside to http://$VIP/', 'line 1: $VIP has no value'],
  ])('%j is refused', (text, message) => {
    expect(() => runScenario(text, { read })).toThrow(
      new ScenarioError({ number: 0 }, '').constructor as never,
    );
    expect(() => runScenario(text, { read })).toThrow(message);
  });

  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
  ])('%s is %d milliseconds', (text, expected) => {
    expect(parseDuration({ number: 1, text: '', words: [] }, text)).toBe(expected);
  });

  it('shows what the cluster refuses', () => {
    const { transcript } = runScenario('kubectl get pod web\nnode down nowhere\n', { read });
    expect(transcript).toBe(
      [
        '$ kubectl get pod web',
        'Error from server (NotFound): pods "web" not found',
        '',
        '$ node down nowhere',
        'nodes "nowhere" not found',
        '',
      ].join('\n'),
    );
  });
});
