import { csvText } from './csv-text';

it.each<[string, (string | number | null)[], string]>([
  ['plain cells', ['ara', 'Ara Kim', 3], 'ara,Ara Kim,3'],
  ['nothing', ['ara', null, ''], 'ara,,'],
  ['a comma, a quote and a break', ['a,b', 'say "hi"', 'x\ny'], '"a,b","say ""hi""","x\ny"'],
  ['what would be a formula', ['=1+1', '@sum', '-2'], "'=1+1,'@sum,'-2"],
  ['a negative number', [-2], '-2'],
])('%s', (_, row, line) => expect(csvText([row])).toBe(`${line}\r\n`));
