import type { OpenInput } from './shell/state';
import { WorkloadsLab } from './test-support';

/** An exec whose input stays open, with all that it printed. */
class Session {
  private readonly id: number;
  private printed = '';

  constructor(
    readonly lab: WorkloadsLab,
    words: readonly string[],
    open: OpenInput = 'terminal',
  ) {
    const { workloads } = lab;
    this.id = workloads.exec('c1', words, { open }) as number;
    const begun = workloads.execState(this.id);
    this.printed = (begun?.stdout ?? '') + (begun?.stderr ?? '');
    workloads.streamExec(this.id);
    workloads.listenExec(this.id, (_, text) => (this.printed += text));
  }

  /** What was printed since the last time. */
  take(): string {
    const { printed } = this;
    this.printed = '';
    return printed;
  }

  type(text: string, ended = false): string {
    this.lab.workloads.feedExec(this.id, text, ended);
    return this.take();
  }

  interrupt(): string {
    this.lab.workloads.interruptExec(this.id);
    return this.take();
  }

  get status(): number | undefined {
    return this.lab.workloads.execState(this.id)?.exitCode;
  }
}

function session(words: readonly string[], open?: OpenInput, image = 'busybox:1.37'): Session {
  const lab = new WorkloadsLab();
  expect(lab.start({ image, command: ['sleep', 'infinity'] })).toBe('c1');
  return new Session(lab, words, open);
}

describe('a shell that somebody types at', () => {
  it('asks, runs each line as it comes, keeps its place and ends with exit', () => {
    const shell = session(['sh']);
    expect(shell.take()).toBe('/ # ');
    expect(shell.type('echo one; cd /tmp\n')).toBe('one\n/tmp # ');
    expect(shell.type('pwd\n')).toBe('/tmp\n/tmp # ');
    expect(shell.type('x=5; f() { echo "f $x $1"; }\n')).toBe('/tmp # ');
    expect(shell.type('f a\nf b\n')).toBe('f 5 a\n/tmp # f 5 b\n/tmp # ');
    expect(shell.type('exit 3\n')).toBe('');
    expect(shell.status).toBe(3);
  });

  it.each([
    ['busybox:1.37', 'sh', '/ # '],
    ['nginx:1.27', 'sh', '# '],
    ['nginx:1.27', 'bash', 'root@web-1:/# '],
    ['nginx:1.27-alpine', 'sh', '/ # '],
    ['curlimages/curl:8.9.1', 'sh', '~ $ '],
  ])('in %s %s asks with %j', (image, shell, prompt) => {
    const printed = session([shell], 'terminal', image).take();
    expect(printed === prompt || (prompt === '~ $ ' && /^\S+ \$ $/.test(printed))).toBe(true);
  });

  it('waits for the rest of a command', () => {
    const shell = session(['sh']);
    shell.take();
    expect(shell.type('for i in 1 2; do\n')).toBe('> ');
    expect(shell.type('echo $i\n')).toBe('> ');
    expect(shell.type('done\n')).toBe('1\n2\n/ # ');
    expect(shell.type("echo 'a\n")).toBe('> ');
    expect(shell.type("b'\n")).toBe('a\nb\n/ # ');
    expect(shell.type('cat <<END\n')).toBe('> ');
    expect(shell.type('x\nEND\n')).toBe('> x\n/ # ');
    expect(shell.type('echo a \\\n')).toBe('> ');
    expect(shell.type('b\n')).toBe('a b\n/ # ');
  });

  it('stays after an error', () => {
    const shell = session(['sh']);
    shell.take();
    expect(shell.type('echo )\n')).toBe('sh: syntax error: unexpected ")"\n/ # ');
    expect(shell.type('nonsense; echo $?\n')).toBe('sh: nonsense: not found\n127\n/ # ');
    expect(shell.status).toBeUndefined();
  });

  it('hands lines to what reads, up to ^D', () => {
    const shell = session(['sh']);
    shell.take();
    expect(shell.type('read name\n')).toBe('');
    expect(shell.type('Kim\n')).toBe('/ # ');
    expect(shell.type('echo "hello $name"; cat\n')).toBe('hello Kim\n');
    expect(shell.type('one\ntwo\n\u0004')).toBe('one\ntwo\n/ # ');
    expect(shell.type('\u0004')).toBe('\n');
    expect(shell.status).toBe(0);
  });

  it('ends what runs at ^C and asks again', () => {
    const shell = session(['sh']);
    shell.take();
    expect(shell.type('for i in 1 2 3; do echo $i; sleep 100; done\n')).toBe('1\n');
    expect(shell.interrupt()).toBe('/ # ');
    expect(shell.type('echo $?\n')).toBe('130\n/ # ');
    shell.lab.harness.advance(1_000_000);
    expect(shell.take()).toBe('');
    expect(shell.type('nc -l -p 8080\n')).toBe('');
    expect(shell.lab.network.listeners('pod/web')).toHaveLength(1);
    expect(shell.interrupt()).toBe('/ # ');
    expect(shell.lab.network.listeners('pod/web')).toEqual([]);
  });

  it.each([
    ['one connection', 'nc -l -p 8080\n', 'hello\n/ # '],
    ['one after another', 'nc -lk -p 8080\n', 'hello\n'],
    ['into a file', 'nc -l -p 8080 >/tmp/got; cat /tmp/got\n', 'hello\n/ # '],
  ])('sees what comes to a listening nc: %s', (_, line, printed) => {
    const shell = session(['sh']);
    shell.take();
    expect(shell.type(line)).toBe('');
    shell.lab.request({ port: 8080, payload: 'hello\n' });
    expect(shell.take()).toBe(printed);
    expect(shell.lab.log('c1')).toEqual([]);
  });

  it('goes on in a fork from where it stood', () => {
    const shell = session(['sh']);
    shell.type('x=1; for i in a b; do\n');
    const copy = shell.lab.copy();
    let printed = '';
    copy.workloads.listenExec(1, (_, text) => (printed += text));
    copy.workloads.feedExec(1, 'echo $x$i; done\n', false);
    expect(printed).toBe('1a\n1b\n/ # ');
    expect(shell.type('echo 2; done\n')).toBe('2\n2\n/ # ');
  });
});

describe('an input that comes bit by bit', () => {
  it.each([
    ['cat', ['cat'], 'a\nb\n', 0],
    ['a pipeline', ['sh', '-c', 'cat | wc -l'], '2\n', 0],
    ['a loop that reads', ['sh', '-c', 'while read x; do echo "<$x>"; done'], '<a>\n<b>\n', 0],
    ['a shell that reads a script', ['sh'], 'sh: a: not found\nsh: b: not found\n', 127],
    ['what reads nothing', ['echo', 'x'], 'x\n', 0],
  ])('%s', (_, words, printed, status) => {
    const one = session(words, 'pipe');
    const parts = [one.take(), one.type('a'), one.type('\nb'), one.type('\n'), one.type('', true)];
    expect([parts.join(''), one.status]).toEqual([printed, status]);
  });

  it('a command that is called again for its input prints once', () => {
    const one = session(
      ['sh', '-c', 'echo first; hostname >/tmp/name; cat /tmp/name - nothing; echo last'],
      'pipe',
    );
    expect(one.take()).toBe('first\n');
    expect(one.type('x\n')).toBe('');
    expect(one.type('', true)).toBe("cat: can't open 'nothing': No such file or directory\nweb-1\nx\nlast\n");
    expect(one.status).toBe(0);
  });

  it('has a limit that is named', () => {
    const one = session(['sleep', '1000'], 'pipe');
    expect(() => one.type('x'.repeat(5_000_000))).toThrow(/stdin_characters is limited to 4194304/);
  });
});

describe('tar', () => {
  const lab = new WorkloadsLab();
  lab.start({ command: ['sleep', 'infinity'] });

  it('makes archives that it reads again', () => {
    lab.exec('mkdir -p /tmp/a/b; echo one >/tmp/a/1; echo 둘 >/tmp/a/b/2; tar cf /tmp/a.tar -C /tmp a');
    expect(lab.exec('tar tf /tmp/a.tar').stdout).toBe('a/\na/1\na/b/\na/b/2\n');
    expect(lab.exec('mkdir /tmp/c; tar -xmf /tmp/a.tar -C /tmp/c; cat /tmp/c/a/1 /tmp/c/a/b/2').stdout).toBe(
      'one\n둘\n',
    );
    expect(lab.exec('cat /tmp/a.tar | tar xf - -C /srv a/1; find /srv -type f').stdout).toBe('/srv/a/1\n');
    expect(lab.exec('tar cf - /tmp/a | wc -c').stdout.trim()).toBe('4096');
  });

  it.each([
    ['tar xf /tmp/nothing', "tar: can't open '/tmp/nothing': No such file or directory\n"],
    ['tar cf - nothing >/dev/null', 'tar: nothing: No such file or directory\n'],
    ['tar -C /nowhere -xf -', "tar: can't change directory to '/nowhere': No such file or directory\n"],
    ['tar czf - /tmp', "tar: invalid option -- 'z'\n"],
    [`printf '%0600d' 1 | tar x`, 'tar: invalid tar header checksum\n'],
    [`tar cf - /tmp/${'x'.repeat(120)}`, `tar: /tmp/${'x'.repeat(120)}: No such file or directory\n`],
  ])('%s', (script, stderr) => {
    const { stderr: told, status } = lab.exec(script);
    expect([told.replace(/tar: (removing|error exit).*\n/g, ''), status]).toEqual([stderr, 1]);
  });
});
