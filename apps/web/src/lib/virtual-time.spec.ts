import { clockText, virtualNow } from './virtual-time';

const clock = (mode: 'live' | 'paused', speed: number) => ({
  mode,
  speed,
  now: '2026-01-01T00:00:10.000Z',
  resourceVersion: '1',
  settled: false,
  receivedAt: 1000,
});

describe('virtual time', () => {
  it.each<[string, 'live' | 'paused', number, string]>([
    ['stands while paused', 'paused', 10, '00:00:10'],
    ['goes with the wall at speed 1', 'live', 1, '00:00:12'],
    ['goes ten times as fast at speed 10', 'live', 10, '00:00:30'],
  ])('%s', (_, mode, speed, text) => expect(clockText(virtualNow(clock(mode, speed), 3000))).toBe(text));

  it('shows no time that it does not know', () => expect(clockText(Number.NaN)).toBe('--:--:--'));
});
