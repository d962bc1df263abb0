import { instantOf, localTimeOf } from './local-time';

it.each(['2026-11-23T07:05:00.000Z', '2026-01-01T00:00:00.000Z', '2026-07-31T23:59:00.000Z'])(
  '%s comes back as it was, in whatever time zone one reads it',
  (instant) => {
    expect(localTimeOf(instant)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
    expect(instantOf(localTimeOf(instant))).toBe(instant);
  },
);

it('no time is an empty field', () => expect([localTimeOf(null), instantOf('')]).toEqual(['', null]));
