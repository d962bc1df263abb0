import { addressesOf, frameOriginsOf, type PlatformKind } from './platform-kinds';

it.each<[PlatformKind, string, string, string]>([
  [
    'moodle',
    'https://moodle.school.kr/',
    'https://moodle.school.kr',
    'https://moodle.school.kr/mod/lti/auth.php',
  ],
  [
    'moodle',
    'https://school.kr/moodle',
    'https://school.kr/moodle',
    'https://school.kr/moodle/mod/lti/auth.php',
  ],
  ['moodle', 'moodle', '', ''],
  ['canvas', '', 'https://canvas.instructure.com', 'https://sso.canvaslms.com/api/lti/authorize_redirect'],
  ['other', 'https://lms.school.kr', '', ''],
])('a %s at %j is %j and sends its readers by %j', (kind, site, issuer, authorization) => {
  expect(addressesOf(kind, site)).toMatchObject({ issuer, authorization_url: authorization });
});

it.each([
  ['https://moodle.school.kr/course/view.php', ['https://moodle.school.kr']],
  ['moodle.school.kr', []],
  ['', []],
])('pages of %j may frame this server: %j', (site, origins) => expect(frameOriginsOf(site)).toEqual(origins));
