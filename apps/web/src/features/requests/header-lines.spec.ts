import { readHeaders } from './header-lines';

it.each<[string, Record<string, string>, string | null]>([
  ['', {}, null],
  ['Host: shop.example', { Host: 'shop.example' }, null],
  ['  X-User :  Ara Kim \n\nAccept: */*', { 'X-User': 'Ara Kim', Accept: '*/*' }, null],
  ['X-Empty:', { 'X-Empty': '' }, null],
  ['X-Time: 10:30', { 'X-Time': '10:30' }, null],
  ['Accept: */*\nno colon', { Accept: '*/*' }, 'no colon'],
  ['a name: value', {}, 'a name: value'],
])('%j has the headers %j, and the fault %j', (text, headers, fault) => {
  expect(readHeaders(text)).toEqual({ headers, fault });
});
