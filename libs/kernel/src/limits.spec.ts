import { invariant, InvariantViolation } from './invariant';
import { LimitExceeded, withinLimit } from './limits';

describe('limits and invariants', () => {
  it('lets a value at its limit pass', () => {
    expect(() => withinLimit('objects', 10, 10)).not.toThrow();
  });

  it('names the limit that was passed, and its value', () => {
    expect(() => withinLimit('body_bytes', 11, 10)).toThrow(new LimitExceeded('body_bytes', 10));
    expect(new LimitExceeded('body_bytes', 10)).toMatchObject({
      name: 'LimitExceeded',
      message: 'body_bytes is limited to 10',
      limit: 'body_bytes',
      maximum: 10,
    });
  });

  it('tells an invariant by the rule that was broken', () => {
    expect(() => invariant(true, 'holds')).not.toThrow();
    expect(() => invariant(0, 'the heap is ordered')).toThrow(new InvariantViolation('the heap is ordered'));
  });
});
