import { copyData } from '@podlab/kernel';
import { Nftables } from './nftables';
import type { NftablesHolder } from './nftables';
import type { NftCommand, NftRule, NftVerdict } from './types';

function fresh(holder: NftablesHolder = {}) {
  return {
    holder,
    nftables: new Nftables(
      holder,
      () => 0,
      () => undefined,
    ),
  };
}

const goTo = (chain: string): NftVerdict => ({ kind: 'goto', chain });
const ruleTo = (chain: string): NftRule => ({ statements: [{ kind: 'verdict', verdict: goTo(chain) }] });
const addTo = (chain: string, rule: NftRule): NftCommand => ({ do: 'add-rule', chain, rule });
const BEGIN: readonly NftCommand[] = [
  { do: 'add-table' },
  { do: 'add-chain', chain: 'in', base: { type: 'filter', hook: 'input', priority: 0, policy: 'accept' } },
  { do: 'add-chain', chain: 'kept' },
  { do: 'add-chain', chain: 'user' },
  { do: 'add-set', set: 'm', options: { map: true, type: ['inet_service'] } },
  { do: 'add-set', set: 's', options: { map: false, type: ['ipv4_addr'] } },
  addTo('user', ruleTo('kept')),
  addTo('in', { statements: [{ kind: 'vmap', fields: ['th dport'], map: 'm' }] }),
  { do: 'add-element', set: 'm', key: '80', element: { verdict: goTo('user') } },
];

describe('a transaction of nft', () => {
  it('does all of its commands in order', () => {
    const { nftables } = fresh();
    nftables.run('ip', 't', BEGIN);
    nftables.run('ip', 't', [
      { do: 'flush-chain', chain: 'user' },
      { do: 'delete-chain', chain: 'kept' },
      addTo('user', { statements: [{ kind: 'verdict', verdict: { kind: 'drop' } }], comment: 'no more' }),
    ]);
    expect(nftables.render()).toBe(`table ip t {
\tmap m {
\t\ttype inet_service : verdict
\t\telements = { 80 : goto user }
\t}

\tset s {
\t\ttype ipv4_addr
\t}

\tchain in {
\t\ttype filter hook input priority filter; policy accept;
\t\tth dport vmap @m
\t}

\tchain user {
\t\tdrop comment "no more"
\t}
}
`);
  });

  it('counts who uses a set from the first rule on, also in tables that it only takes over', () => {
    const { nftables, holder } = fresh();
    nftables.run('ip', 't', BEGIN);
    const { nftables: other } = fresh(copyData(holder));
    other.run('ip', 't', [addTo('kept', { statements: [{ kind: 'update', set: 's', field: 'ip saddr' }] })]);
    other.run('ip', 't', [
      { do: 'flush-chain', chain: 'kept' },
      { do: 'delete-set', set: 's' },
    ]);
    expect(other.render()).not.toContain('set s');
  });

  it('keeps no state where there is no table', () => {
    const { holder, nftables } = fresh();
    expect([nftables.active, nftables.at('input', 'ip')]).toEqual([false, undefined]);
    nftables.run('ip', 't', BEGIN);
    expect(nftables.active).toBe(true);
    nftables.run('ip', 't', [{ do: 'delete-table' }]);
    expect(holder).toEqual({});
  });

  const refused: [string, NftCommand[], string][] = [
    [
      'a rule in a chain that is not there',
      [addTo('none', ruleTo('kept'))],
      'No such file or directory; chain none',
    ],
    ['a jump to nowhere', [addTo('user', ruleTo('none'))], 'No such file or directory; chain none'],
    ['a jump to a base chain', [addTo('user', ruleTo('in'))], 'Operation not supported'],
    ['a loop', [addTo('kept', ruleTo('user'))], 'Too many levels of symbolic links'],
    [
      'a loop through a map that leads there',
      [addTo('kept', { statements: [{ kind: 'vmap', fields: ['th dport'], map: 'm' }] })],
      'Too many levels of symbolic links',
    ],
    [
      'an element that closes a loop',
      [
        { do: 'add-chain', chain: 'new' },
        { do: 'add-set', set: 'n', options: { map: true, type: ['inet_service'] } },
        addTo('new', { statements: [{ kind: 'vmap', fields: ['th dport'], map: 'n' }] }),
        { do: 'add-element', set: 'n', key: '1', element: { verdict: goTo('new') } },
      ],
      'Too many levels of symbolic links',
    ],
    [
      'the removal of a chain that a rule leads to',
      [{ do: 'delete-chain', chain: 'kept' }],
      'Device or resource busy',
    ],
    [
      'the removal of a chain that an element leads to',
      [{ do: 'delete-chain', chain: 'user' }],
      'Device or resource busy',
    ],
    ['the removal of a map in use', [{ do: 'delete-set', set: 'm' }], 'Device or resource busy'],
    [
      'a rule about a set that is not there',
      [addTo('user', { statements: [{ kind: 'lookup', fields: ['ip saddr'], set: 'none' }] })],
      'No such file or directory; set none',
    ],
    [
      'a verdict in a set',
      [{ do: 'add-element', set: 's', key: '10.0.0.1', element: { verdict: goTo('kept') } }],
      'Operation not supported',
    ],
    [
      'an element to take away that is not there',
      [{ do: 'delete-element', set: 's', key: '10.0.0.1' }],
      'No such file or directory; element 10.0.0.1 of s',
    ],
  ];
  it.each(refused)('%s is refused, and nothing has changed', (_, commands, message) => {
    const { holder, nftables } = fresh();
    nftables.run('ip', 't', BEGIN);
    const before = nftables.render();
    const first: NftCommand[] = [
      { do: 'add-element', set: 's', key: '10.0.0.9', element: {} },
      { do: 'flush-chain', chain: 'in' },
      addTo('in', { statements: [{ kind: 'vmap', fields: ['th dport'], map: 'm' }] }),
    ];
    expect(() => nftables.run('ip', 't', [...first, ...commands])).toThrow(message);
    expect(nftables.render()).toBe(before);
    nftables.run('ip', 't', [
      { do: 'flush-set', set: 'm' },
      { do: 'delete-chain', chain: 'user' },
    ]);
    const copy = fresh(copyData(holder));
    expect(copy.nftables.render()).toBe(nftables.render());
  });
});
