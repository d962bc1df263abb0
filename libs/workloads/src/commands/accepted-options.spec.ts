/** Every tool does an option or refuses it by name; nothing is swallowed. */
import { commandNames } from '../image-content';
import { HOST_IMAGE } from '../images/tools';
import { shellOutput, WorkloadsLab } from '../test-support';
import { refusedOption } from './accepted-options';

/** Tools that read their words themselves: what they say to an option that they do not have. */
const OWN_WORDS: Readonly<Record<string, readonly [script: string, said: RegExp]>> = {
  ip: ['ip -Q addr', /Option "-Q" is unknown/],
  nft: ['nft -Q', /changing the rule set by hand|must be root/],
  find: ['find . -newer x', /unrecognized: -newer/],
  tar: ['tar --zstd', /unrecognized option '--zstd'/],
  date: ['date -Q', /invalid option -- 'Q'/],
  seq: ['seq -Q 3', /invalid option -- 'Q'/],
  ps: ['ps -Q', /invalid option -- 'Q'|unsupported option/],
  dig: ['dig -Q name', /Invalid option: -Q/],
  nslookup: ['nslookup -quark name', /nvalid option: "?quark/],
  kill: ['kill -QQ 1', /bad signal name 'QQ'/],
};
/** Their first word is no option, whatever it looks like. */
const NO_OPTIONS = new Set(
  'echo printf test true false expr [ [[ init chmod chown killall pkill getent telnet iptables ip6tables'.split(
    ' ',
  ),
);

const host = new WorkloadsLab();
host.start({ host: true, user: 0, netAdmin: true, command: ['sleep', '3600'] });

describe('an option that a tool does not do', () => {
  it.each(commandNames(HOST_IMAGE).filter((name) => !NO_OPTIONS.has(name)))('%s refuses it', (name) => {
    const [script, said] = OWN_WORDS[name] ?? [`${name} -Q`, /invalid option -- 'Q'|option -Q: is unknown/];
    const { stdout, stderr, status } = host.exec(`${script} < /dev/null`);
    expect(stdout + stderr).toMatch(said);
    if (!(name in OWN_WORDS)) expect(status).not.toBe(0);
  });

  it.each([
    ['ls -Z', "ls: invalid option -- 'Z'\n", 1],
    ['head -n', "head: option requires an argument -- 'n'\n", 1],
    ['grep --no-such x', "grep: unrecognized option '--no-such'\n", 1],
    ['timeout -Z 1 true', "timeout: invalid option -- 'Z'\n", 1],
  ])('%s', (script, message, status) => {
    expect(shellOutput(script)).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining(message),
      status,
    });
  });

  it('is a word like any other behind two dashes, or behind what a wrapper runs', () => {
    expect(refusedOption('rm', ['-f', '--', '-Z'])).toBeUndefined();
    expect(refusedOption('timeout', ['3', 'ls', '-Z'])).toBeUndefined();
    expect(refusedOption('tail', ['-5', '-n3', '--lines=2'])).toBeUndefined();
  });
});

const FILES = 'mkdir -p /t/b; printf "one\\ntwo\\nthree\\nfour\\nfive\\n" > /t/a; echo x > /t/b/c; cd /t; ';

describe('an option that a tool does', () => {
  it.each([
    ['ls -R', '.:\na\nb\n\n./b:\nc\n'],
    ['ls -aF', './\n../\na\nb/\n'],
    ['ls -1Sr a b/c', 'b/c\na\n'],
    ['cat -nE b/c a | head -2', '     1\tx$\n     2\tone$\n'],
    ['head -n1 a b/c', '==> a <==\none\n\n==> b/c <==\nx\n'],
    ['tail -qn1 a b/c', 'five\nx\n'],
    ['tail -c 5 a', 'five\n'],
    ['grep -A1 -B1 -n three a', '2-two\n3:three\n4-four\n'],
    ['grep -rl x .', 'b/c\n'],
    ['grep -e one -e five a', 'one\nfive\n'],
    ['grep -L x a b/c', 'a\n'],
    ['sed -n -e 1p -e 5p a', 'one\nfive\n'],
    ['wc -mL a', '       24         5 a\n'],
    ['printf "10 b\\n9 a\\n2K c\\n" | sort -k1 -h', '9 a\n10 b\n2K c\n'],
    ['printf "b 1\\na 2\\na 1\\n" | sort -k1,1 -k2nr', 'a 2\na 1\nb 1\n'],
    ['printf "a\\nA\\nb\\n" | uniq -ic', '      2 a\n      1 b\n'],
    ['printf "a:b\\nc\\n" | cut -d: -f2 -s', 'b\n'],
    ['echo a1b2 | tr -cd 0-9', '12'],
    ['seq -w -s, 8 10', '08,09,10\n'],
    ['printf "a b c" | xargs -n2 echo -', '- a b\n- c\n'],
    ['printf "" | xargs -r echo none', ''],
    ['stat -c "%n %s %F" a', 'a 24 regular file\n'],
    ['find . -maxdepth 1 -type d', '.\n./b\n'],
    ['free -h | head -2 | tail -1 | tr -s " " | cut -d" " -f2', '7.8G\n'],
    ['df -h / | tail -1 | tr -s " " | cut -d" " -f2', '58G\n'],
    ['id -un; id -u', 'root\n0\n'],
    ['uname -sr', 'Linux 6.12.57+deb13-amd64\n'],
    ['date -u -d @0 +%F', '1970-01-01\n'],
    ['env -i A=1 env', 'A=1\n'],
    ['ps -o pid,user,comm | head -2 | tail -1', '1   root sleep\n'],
    ['yes | head -5000 | wc -l', '5000\n'],
    ['head -c 100 /dev/zero | wc -c', '100\n'],
    ['cat /dev/urandom | tr -dc a-z | head -c 12 | wc -c', '12\n'],
    ['touch -c none; ls none 2>&1', 'ls: none: No such file or directory\n'],
  ])('%s', (script, stdout) => {
    expect(shellOutput(FILES + script).stdout).toBe(stdout);
  });

  it('tar writes nothing of what is not there, not even an end', () => {
    expect(shellOutput('tar cf - /missing')).toMatchObject({ stdout: '', status: 1 });
  });
});
