import { othersHere } from './others-here';

const person = (id: string, role: 'teacher' | 'assistant' | 'student' | null) => ({ id, name: id, role });

it('who helps stands apart from who works along, and the reader in neither', () => {
  const people = [
    person('me', 'student'),
    person('ara', 'student'),
    person('kim', 'teacher'),
    person('root', null),
  ];
  expect(othersHere(people, 'me')).toEqual({
    helpers: [person('kim', 'teacher'), person('root', null)],
    others: [person('ara', 'student')],
  });
});
