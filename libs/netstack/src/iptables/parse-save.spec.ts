import { parseRuleText, parseSave } from './parse-save';
import { ruleText } from './rule-text';

describe('a rule is read as it is written', () => {
  it.each([
    '-j ACCEPT',
    '-s 10.0.0.0/8 -d 10.96.0.10/32 -p udp -m comment --comment "kube-system/kube-dns:dns cluster IP" -m udp --dport 53 -j KUBE-SVC-X',
    '! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
    '-i cni0 ! -o eth0 -p tcp -m tcp --sport 1024:65535 --dport 80 -j RETURN',
    '-p tcp -m multiport --dports 80,443 -j REJECT --reject-with tcp-reset',
    '-m addrtype ! --src-type LOCAL --dst-type LOCAL -j KUBE-NODEPORTS',
    '-m mark --mark 0x4000/0x4000 -j ACCEPT',
    '-m mark ! --mark 0x1 -j MARK --set-xmark 0x4000/0x0',
    '-m comment --comment word -m statistic --mode random --probability 0.33333333349 -j KUBE-SEP-X',
    '-m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-X --mask 255.255.255.255 --rsource -j KUBE-SEP-X',
    '-p tcp -m comment --comment "a \\"quoted\\" word" -m recent --set --name X --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.1.7:80',
    '-m conntrack --ctorigsrc 10.0.0.1 --ctorigdst 10.96.0.0/16 --ctorigdstport 80 -j SNAT --to-source 192.0.2.1',
    '-m comment --comment "no target"',
    '-j MASQUERADE --random-fully',
  ])('%s', (text) => {
    // Every conntrack option is a match of its own here, as it would be written one at a time.
    const alike = (rule: string) => rule.replace(/ -m conntrack(?= --ctorigdst)/g, '');
    expect(alike(ruleText(parseRuleText(text)))).toBe(alike(text));
  });

  it('also of IPv6', () => {
    const text =
      '-d fd00:10:96::a/128 -p tcp -m tcp --dport 80 -j DNAT --to-destination [fd00:10:244:1::7]:80';
    expect(ruleText(parseRuleText(text), 'IPv6')).toBe(text);
  });

  it.each([
    ['-m tcp --flags SYN', 'unknown option "--flags"'],
    ['-d', 'option requires an argument'],
  ])('%s is refused', (text, message) => {
    expect(() => parseRuleText(text)).toThrow(message);
  });

  it('in a table with its chains and policies', () => {
    const text = '# by hand\n*filter\n:INPUT DROP [0:0]\n:MINE - [0:0]\n-A INPUT -j MINE\n-A MINE\nCOMMIT\n';
    const [{ table, policies, chains }] = parseSave(text);
    expect([table, [...policies], Object.keys(chains)]).toEqual([
      'filter',
      [['INPUT', 'DROP']],
      ['INPUT', 'MINE'],
    ]);
    expect(chains['INPUT']).toEqual([{ matches: [], target: { kind: 'JUMP', chain: 'MINE' } }]);
    expect(() => parseSave('*filter\n-A NONE -j DROP\nCOMMIT\n')).toThrow('unknown line');
  });
});
