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
    ['request from node:a@b to http://web/', 'line 1: a sender is outside, node:NAME or pod:NAMESPACE/NAME'],
    ['fix', 'line 1: no request failed for which there is a fix'],
    ['exec mars ls', 'line 1: a target is node:NAME or pod:NAMESPACE/NAME, not mars'],
    ['exec node:node-a', 'line 1: exec needs a target and a command'],
    ['stop dump', 'line 1: nothing named dump runs'],
    ['rules node-a ipvs', 'line 1: ipvs is deprecated by Kubernetes and not simulated'],
    ['kubectl create service web', 'line 1: create makes a namespace or a deployment'],
    ['kubectl rollout undo deployment web', 'line 1: there is no kubectl rollout undo here'],
    ['kubectl label pod web', 'line 1: label needs the name of an object, and KEY=VALUE or KEY-'],
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

  it('has words for pods and deployments, for what is asked of them, and for what breaks', () => {
    const text = [
      'settle',
      'kubectl create deployment web --image=nginx:1.27 --replicas=2',
      'kubectl run client --image=busybox:1.37 --command -- sleep infinity',
      'kubectl expose deployment web --port=80 --target-port=8080',
      'settle',
      'request from pod:default/client to http://web/',
      'fix',
      'settle',
      'matrix from pod:default/client,outside to http://web/,http://web.default/',
      "exec pod:default/client sh -c 'echo $((6 * 7)); false'",
      'request from pod:default/client to http://web/ keep long',
      'kubectl label pod client a=b',
      'kubectl label pod client a=c',
      'kubectl label pod client a-',
    ].join('\n');
    const { transcript } = runScenario(text, { read });
    expect(
      transcript
        .trimEnd()
        .split('\n\n')
        .map((block) => block.split('\n').slice(1).join('|')),
    ).toEqual([
      '',
      'deployment.apps/web created',
      'pod/client created',
      'service/web exposed',
      '',
      expect.stringMatching(/^Refused.*why: TargetPortNotListening/),
      'service/web patched',
      '',
      [
        '                     http://web/       http://web.default/',
        'pod:default/client   Delivered         Delivered',
        'outside              NameNotResolved   NameNotResolved',
      ].join('|'),
      '42|command terminated with exit code 1',
      expect.stringMatching(/^Delivered, HTTP 200/),
      'pod/client labeled',
      "error: 'a' already has a value (b), and --overwrite is false",
      'pod/client unlabeled',
    ]);
  });

  it('leaves a command running beside others', () => {
    const text = "settle\nstart loud node:node-a sh -c 'echo on; sleep 5; echo off'\nadvance 1s\nstop loud\n";
    expect(runScenario(text, { read }).transcript).toMatch(/\$ stop loud\non\n$/);
  });

  it('shows what differs between two modes of kube-proxy', () => {
    const text =
      'cluster nodes=1 proxy=iptables,nftables\nsettle\nkubectl get nodes\nnftables node-a type nat hook output\n';
    const { transcript } = runScenario(text, { read });
    expect(transcript).toMatch(/\[iptables\]\n\[nftables\]\n\s*type nat hook output/);
    expect(transcript.match(/node-a {3}Ready/g)).toHaveLength(1);
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
