import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellOutput } from '../test-support';

/** Scripts whose output does not depend on the machine: the simulated shell must print what the machine's own prints. */
const SCRIPTS: readonly string[] = [
  'echo hello world',
  'echo \'single  quoted\' "double  quoted" plain   words',
  'x=5; echo $x ${x} "${x}y" \'$x\'',
  'x=; echo "[${x:-default}] [${x-unset}] [${y:-a b}] [${y:+set}]"',
  'x=abc; echo ${#x}',
  'f=/etc/nginx/nginx.conf; echo ${f##*/} ${f%/*} ${f#*/} ${f%%/*}.',
  ': ${name:=given}; echo $name',
  'echo $((1 + 2 * 3)) $(( (1+2)*3 )) $((7/2)) $((7%3)) $((2 > 1)) $((1 == 2))',
  'i=0; while [ $i -lt 5 ]; do echo $i; i=$((i+1)); done',
  'i=5; until [ $i -le 0 ]; do i=$((i - 2)); done; echo $i',
  'for i in a b c; do echo "item $i"; done',
  'for i in 1 2 3 4 5; do if [ $i = 2 ]; then continue; fi; if [ $i = 4 ]; then break; fi; echo $i; done',
  'for i in 1 2; do for j in a b; do if [ $j = b ]; then continue 2; fi; echo $i$j; done; done',
  'for i in 1 2; do for j in a b; do break 2; done; echo never; done; echo end $?',
  'if false; then echo a; elif true; then echo b; else echo c; fi',
  'case nginx-7 in apache*) echo one;; nginx-[0-9]|x) echo two;; *) echo three;; esac',
  'case "a b" in "a b") echo quoted;; esac; case x in y) echo no;; esac; echo $?',
  'true && echo yes || echo no; false && echo yes || echo no; ! true; echo $?; ! false; echo $?',
  'false; echo $?; (exit 3); echo $?; sh -c "exit 7"; echo $?',
  'f() { echo "in f: $1 $#"; return 4; }; f one two; echo $?',
  'f() { local x=2; echo $x; }; x=1; f; echo $x',
  'set -- a "b c" d; echo $# $2; shift; echo $1; for a in "$@"; do echo "<$a>"; done',
  'echo a b c | { read x y; echo "$y $x"; }',
  'printf "one\\ntwo\\nthree\\n" | while read line; do echo "line: $line"; done',
  'echo $(echo nested $(echo deep)) `echo ticks`',
  'x=$(printf "a\\nb\\n\\n"); echo "$x"; echo $x',
  'x="a  b   c"; echo $x; echo "$x"; set -- $x; echo $#',
  'IFS=:; x=a:b::c; set -- $x; echo $# $4',
  'echo out; echo err >&2; echo both 2>&1',
  'echo one > f; echo two >> f; cat f; cat < f; rm f; cat f 2>/dev/null || echo gone',
  'cat <<EOF\nvalue $((1+1)) ${HOME:+home}\n\\$kept\nEOF',
  "cat <<'EOF'\nvalue $((1+1))\nEOF",
  'cat <<-EOF\n\ttabs\n\tgone\n\tEOF',
  '{ echo a; echo b; } | wc -l | tr -d " "',
  '(x=2; echo $x); echo "[$x]"',
  'x=1; (x=2); echo $x; { x=3; }; echo $x',
  'test -n "" || echo empty; [ -z "" ] && echo zero; [ a = a -a b != c ] && echo and',
  'touch a.txt b.txt; echo *.txt; echo [ab].txt ?.txt; echo *.none; rm *.txt',
  'mkdir -p d/e; touch d/e/f; ls d; ls d/e; rm -r d; ls d 2>/dev/null || echo gone',
  'set -e; echo a; false || echo guarded; if false; then echo x; fi; false; echo never',
  'eval "x=5; echo \\$x"; echo $x',
  'trap "echo bye" EXIT; echo hi; exit 3',
  'printf "%s-%s\\n" a b c d; printf "%d %05d %x %c|%5s|%-5s|\\n" 42 42 255 abc r l',
  'printf "a\\tb\\n"; echo a\\ b',
  'seq 3; seq 2 4; seq 1 2 5',
  'printf "b\\na\\nc\\na\\n" | sort | uniq -c | sed "s/^ *//"',
  'printf "x=1\\ny=2\\n" | grep y | cut -d= -f2',
  'echo hello | sed "s/l/L/g"; echo abc | tr a-c A-C; echo "a b c" | awk "{print \\$2}"',
  'printf "1\\n2\\n3\\n4\\n" | head -2 | tail -1; printf "a\\nb\\n" | sed -n "2p"; printf "a\\nb\\n" | sed "1d"',
  'echo abc | grep -c b; echo abc | grep -q z; echo $?; echo aXb | grep -io x',
  'x=a; y=$x$x; echo "${y}b" ${y}"c"\'d\'',
  'echo ~ > /dev/null; echo "$((010)) $((0x10))"',
  'n=3; while [ "$n" -gt 0 ]; do printf "%s " $n; n=$((n-1)); done; echo',
  "sh -c 'echo $0 $1 $2' name one two",
  'export A=1; B=2; sh -c \'echo "[$A] [$B]"\'; C=3 sh -c \'echo $C\'; echo "[$C]"',
  'nosuchcommand 2>/dev/null; echo $?',
  'echo a; # comment\necho b # another\necho "#kept" a#b',
  'if true\nthen\n  echo lines\nfi\nfor i in 1 2\ndo\n  echo $i\ndone',
  'while read a b; do echo "$b-$a"; done <<EOF\n1 2\n3 4 5\nEOF',
  'basename /a/b/c.txt .txt; dirname /a/b/c.txt; expr 2 + 3; true; echo $?',
  'wait; (exit 5) & wait $!; echo $?',
  'echo "quote \\" and \\$dollar and \\\\ back"',
  'unset x; echo ${x-unset}; x=1; unset x; echo ${x-unset again}',
  'x=5; [ "$x" -eq 5 ] && [ "$x" -ne 6 ] && [ 3 -lt 4 ] && [ 4 -ge 4 ] && echo numbers',
  'echo one; exit 0; echo two',
  'cd /tmp && pwd; cd / && pwd',
  'echo "$@" $# "$*"',
];

describe('the shell prints what sh prints', () => {
  it.each(SCRIPTS.map((script) => [script]))('%s', (script) => {
    const folder = mkdtempSync(join(tmpdir(), 'podlab-shell-'));
    try {
      const real = runReal(script, folder);
      const simulated = shellOutput(script);
      expect({ stdout: simulated.stdout, status: simulated.status }).toEqual(real);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function runReal(script: string, cwd: string): { stdout: string; status: number } {
  try {
    const stdout = execFileSync('sh', ['-c', script], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH, HOME: '/root' },
    });
    return { stdout, status: 0 };
  } catch (error) {
    const { stdout, status } = error as { stdout: string; status: number };
    return { stdout, status };
  }
}
