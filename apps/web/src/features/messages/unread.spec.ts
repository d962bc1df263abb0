import type { ClassMessage } from '@podlab/contracts';
import { unreadOf } from './unread';

const message = (id: number, from = 'teacher'): ClassMessage => ({
  id: String(id),
  class: 'c',
  from: { id: from, name: from },
  to: null,
  text: `message ${id}`,
  sent_at: `2026-11-23T09:0${id}:00.000Z`,
});
const said = [1, 2, 3, 4, 5].map((id) => message(id));
const ids = (messages: readonly ClassMessage[]) => messages.map(({ id }) => id);

it('shows the newest three to who has read nothing yet', () =>
  expect(ids(unreadOf(said, '', 'me'))).toEqual(['3', '4', '5']));
it('shows what came after the moment of putting aside', () =>
  expect(ids(unreadOf(said, said[3]!.sent_at, 'me'))).toEqual(['5']));
it('does not show one what one said oneself', () =>
  expect(ids(unreadOf([message(1, 'me'), message(2)], '', 'me'))).toEqual(['2']));
