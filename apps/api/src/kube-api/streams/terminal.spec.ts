import { Terminal } from './terminal';

/** What is typed, what is seen of it, and what the cluster hears. */
function typed(...keys: string[]): { seen: string; heard: string[] } {
  const terminal = new Terminal();
  let seen = '';
  const heard: string[] = [];
  for (const action of keys.flatMap((each) => terminal.type(each))) {
    if (action.kind === 'echo') seen += action.text;
    else heard.push(action.kind === 'line' ? action.text : '<interrupt>');
  }
  return { seen, heard };
}

it.each([
  ['a line is heard as one', ['l', 's', '\r'], 'ls\r\n', ['ls\n']],
  ['two lines pasted', ['a\nb\n'], 'a\r\nb\r\n', ['a\n', 'b\n']],
  ['backspace', ['lx\u007fs\r'], 'lx\b \bs\r\n', ['ls\n']],
  ['backspace over a wide letter', ['한\u007f\r'], '한\b \b\b \b\r\n', ['\n']],
  ['backspace at the beginning', ['\u007f\r'], '\r\n', ['\n']],
  ['^U takes the line away', ['abc\u0015d\r'], 'abc\b \b\b \b\b \bd\r\n', ['d\n']],
  ['^W takes a word away', ['a bc\u0017d\r'], 'a bc\b \b\b \bd\r\n', ['a d\n']],
  ['^C forgets the line', ['abc\u0003'], 'abc^C\r\n', ['<interrupt>']],
  ['^D ends the input', ['\u0004'], '', ['\u0004']],
  ['^D behind text hands it over', ['ab\u0004'], 'ab', ['ab\u0004']],
  ['the line before comes back', ['one\r', '\u001b[A\r'], 'one\r\none\r\n', ['one\n', 'one\n']],
  [
    'and the one before it, and the empty one behind',
    ['one\rtwo\r', '\u001b[A\u001b[A\u001b[B\u001b[B', 'x\r'],
    'one\r\ntwo\r\ntwo\b \b\b \b\b \bone\b \b\b \b\b \btwo\b \b\b \b\b \bx\r\n',
    ['one\n', 'two\n', 'x\n'],
  ],
  ['other keys do nothing', ['a\u001b[C\u001b[D\u001b[3~\t\u0007b\r'], 'ab\r\n', ['ab\n']],
])('%s', (_, keys, seen, heard) => {
  expect(typed(...keys)).toEqual({ seen, heard });
});

it('a program sees its lines begin at the left', () => {
  expect(Terminal.show('a\nb\r\nc')).toBe('a\r\nb\r\nc');
});
