import { parseRfc3339, rfc3339 } from '@podlab/kernel';
import { CronScheduleError, nextCronTime, parseCronSchedule, zoneOffsetMs } from './cron-schedule';

const next = (text: string, after: string, offset = 0) => {
  const at = nextCronTime(parseCronSchedule(text), parseRfc3339(after), offset);
  return at === undefined ? undefined : rfc3339(at);
};

// Cases of github.com/robfig/cron/v3 spec_test.go TestNext, in the syntax of five fields.
test.each([
  ['2012-07-09T14:45:00Z', '0/15 * * * *', '2012-07-09T15:00:00Z'],
  ['2012-07-09T14:59:59Z', '0/15 * * * *', '2012-07-09T15:00:00Z'],
  ['2012-07-09T15:45:00Z', '20-35/15 * * * *', '2012-07-09T16:20:00Z'],
  ['2012-07-09T23:46:00Z', '*/15 * * * *', '2012-07-10T00:00:00Z'],
  ['2012-07-09T23:45:00Z', '0/15 0-23/2 * * *', '2012-07-10T00:00:00Z'],
  ['2012-07-09T23:35:51Z', '15/35 20-23/15 * * *', '2012-07-10T20:15:00Z'],
  ['2012-07-09T23:35:00Z', '0 0 */2 jul *', '2012-07-11T00:00:00Z'],
  ['2012-07-09T23:35:00Z', '0 0 * feb mon', '2013-02-04T00:00:00Z'],
  ['2012-07-09T23:35:00Z', '0 0 1 * *', '2012-08-01T00:00:00Z'],
  ['2012-07-09T23:35:00Z', '0 0 29 2 *', '2016-02-29T00:00:00Z'],
  ['2012-12-31T23:59:45Z', '* * * * *', '2013-01-01T00:00:00Z'],
  ['2012-07-09T23:35:00Z', '0 0 30 feb ?', undefined],
  ['2012-07-09T23:35:00Z', '0 0 13 * fri', '2012-07-13T00:00:00Z'],
  ['2012-07-13T23:35:00Z', '0 0 13 * fri', '2012-07-20T00:00:00Z'],
  ['2012-07-13T23:35:00Z', '@daily', '2012-07-14T00:00:00Z'],
  ['2012-07-13T23:35:10Z', '@every 1h30m', '2012-07-14T01:05:10Z'],
])('after %s, %s comes at %s', (after, text, expected) => {
  expect(next(text, after)).toBe(expected);
});

test('a zone shifts the clock that the fields mean', () => {
  expect(next('0 9 * * *', '2026-01-05T00:00:00Z', zoneOffsetMs('Asia/Seoul'))).toBe('2026-01-06T00:00:00Z');
  expect(zoneOffsetMs('Mars/Olympus')).toBeUndefined();
});

// Cases of github.com/robfig/cron/v3 parser_test.go TestRange and TestParseSchedule.
test.each([
  ['', 'empty spec string'],
  ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
  ['5-6-7 * * * *', 'too many hyphens: 5-6-7'],
  ['1//2 * * * *', 'too many slashes: 1//2'],
  ['jan-x * * * *', 'failed to parse int from jan: strconv.Atoi: parsing "jan": invalid syntax'],
  ['* 5-24 * * *', 'end of range (24) above maximum (23): 5-24'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['6-5 * * * *', 'beginning of range (6) beyond end of range (5): 6-5'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['* * * * 7', 'end of range (7) above maximum (6): 7'],
  ['@unknown', 'unrecognized descriptor: @unknown'],
])('%s is refused: %s', (text, message) => {
  expect(() => parseCronSchedule(text)).toThrow(new CronScheduleError(message));
});
