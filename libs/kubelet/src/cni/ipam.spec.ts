import { createIpamState, gatewayOf, networkOf, releaseAddress, reserveAddress } from './ipam';

const CIDR = '10.244.1.0/24';

describe('addresses of pods on a node', () => {
  it('are given out one after another from the second on', () => {
    const state = createIpamState();
    expect(['a', 'b', 'c'].map((uid) => reserveAddress(state, CIDR, uid))).toEqual([
      '10.244.1.2',
      '10.244.1.3',
      '10.244.1.4',
    ]);
  });

  it('are not given again at once: the search goes on behind the last one', () => {
    const state = createIpamState();
    reserveAddress(state, CIDR, 'a');
    reserveAddress(state, CIDR, 'b');
    releaseAddress(state, 'a');
    expect(reserveAddress(state, CIDR, 'c')).toBe('10.244.1.4');
  });

  it('come round again when the end is reached, and run out', () => {
    const state = createIpamState();
    const small = '10.0.0.0/29';
    const given = ['a', 'b', 'c', 'd', 'e'].map((uid) => reserveAddress(state, small, uid));
    expect(given).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']);
    expect(reserveAddress(state, small, 'f')).toBeUndefined();
    releaseAddress(state, 'c');
    expect(reserveAddress(state, small, 'f')).toBe('10.0.0.4');
  });

  it('leave the bridge and the overlay their own', () => {
    expect([gatewayOf(CIDR), networkOf(CIDR)]).toEqual(['10.244.1.1', '10.244.1.0']);
  });

  it('of IPv6 come one after another too, the last one of a range included', () => {
    const state = createIpamState();
    const small = 'fd00:10:244:1::/126';
    expect([gatewayOf(small), networkOf(small)]).toEqual(['fd00:10:244:1::1', 'fd00:10:244:1::']);
    expect(['a', 'b'].map((uid) => reserveAddress(state, small, uid))).toEqual([
      'fd00:10:244:1::2',
      'fd00:10:244:1::3',
    ]);
    expect(reserveAddress(state, small, 'c')).toBeUndefined();
    const wide = createIpamState();
    wide.last = 0xfffe;
    expect(['a', 'b'].map((uid) => reserveAddress(wide, 'fd00:10:244:1::/64', uid))).toEqual([
      'fd00:10:244:1::ffff',
      'fd00:10:244:1::1:0',
    ]);
  });
});
