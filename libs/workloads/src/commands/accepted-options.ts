import type { CommandContext } from '../shell/host';
import type { Command, CommandSystem } from './command';

/**
 * The options that each tool does, as getopt takes them: a colon behind one that has a value, a plus in front where options
 * end with the first operand. Whatever else begins with a dash is refused, whether the real tool knows it or not: nothing
 * is swallowed. Tools that are not here read their words themselves.
 */
const LETTERS: Readonly<Record<string, string>> = Object.freeze({
  cat: 'nbesAETtuv',
  touch: 'cam',
  rm: 'rRf',
  mkdir: 'p',
  rmdir: '',
  cp: 'rRapfd',
  mv: 'f',
  ls: '1aAdFhlnprRSt',
  tee: 'ai',
  tail: 'fFn:c:qv',
  head: 'n:c:qv',
  stat: 'c:',
  readlink: 'f',
  sync: '',
  ln: 'sf',
  basename: '',
  dirname: '',
  grep: 'EFPe:A:B:C:m:HLchilnoqrRsvwx',
  egrep: 'EFe:A:B:C:m:HLchilnoqrRsvwx',
  fgrep: 'EFe:A:B:C:m:HLchilnoqrRsvwx',
  sed: 'ne:Eri',
  awk: 'F:',
  wc: 'lwcmL',
  sort: 'nrufhk:t:o:bs',
  uniq: 'cdui',
  cut: 'd:f:c:b:s',
  tr: 'dsc',
  yes: '',
  rev: '',
  sleep: '',
  usleep: '',
  env: '+iu:',
  printenv: '',
  hostname: 'ifsdI',
  uname: 'asnrvmpio',
  pidof: 's',
  timeout: '+s:k:',
  nohup: '+',
  nice: '+n:',
  time: '+p',
  xargs: '+n:I:r0t',
  pwd: 'LP',
  which: 'a',
  whoami: '',
  id: 'ugGn',
  nproc: '',
  tty: 's',
  clear: '',
  uptime: '',
  free: 'bkmgh',
  df: 'hkmPT',
  curl: 'X:H:d:o:m:A:w:u:e:b:GLIsSvfiOk46VNg#',
  wget: 'O:T:U:t:q',
  nc: 'w:p:zuvn46N',
  netcat: 'w:p:zuvn46N',
  ncat: 'w:p:zuvn46',
  ping: 'c:W:w:i:s:t:qn46',
  ping6: 'c:W:w:i:s:t:qn6',
  traceroute: 'm:q:w:p:nI',
  ss: 'tulSanp46sHV',
  netstat: 'tulanp46',
  arp: 'an',
  route: 'n',
  ifconfig: 'a',
  sysctl: 'an',
  iptables: 't:LSnvwx',
  ip6tables: 't:LSnvwx',
  'iptables-save': 't:c',
  'ip6tables-save': 't:c',
  conntrack: 'LDCFEIUSVp:s:d:r:q:f:g:m:',
  tcpdump: 'i:c:s:DlnvtApUw:r:F:C:G:W:',
  host: 't:p:R:W:arT',
});

const LONG: Readonly<Record<string, string>> = Object.freeze({
  cat: 'number',
  rm: 'recursive force',
  mkdir: 'parents',
  cp: 'recursive archive',
  ls: 'all almost-all color color= recursive',
  tee: 'append',
  tail: 'follow lines= bytes=',
  head: 'lines= bytes=',
  grep: 'color color= ignore-case invert-match count line-number recursive',
  sed: 'quiet expression= regexp-extended in-place',
  sort: 'numeric-sort reverse unique',
  nproc: 'all',
  df: 'human-readable',
  free: 'human mebi',
  xargs: 'no-run-if-empty',
  curl: `request= header= data= output= max-time= connect-timeout= user-agent= user= write-out= data-raw= data-binary=
    retry= retry-delay= retry-max-time= resolve= json= url= max-redirs= local-port= cacert= referer= cookie= get head
    silent show-error verbose fail location include insecure ipv4 ipv6 retry-connrefused retry-all-errors version
    no-buffer http1.1 compressed globoff progress-bar no-progress-meter tlsv1.2 tlsv1.3`,
  wget: `timeout= tries= post-data= header= output-document= user-agent= ca-certificate= spider no-check-certificate
    quiet`,
  ss: 'tcp udp sctp listening all numeric processes summary no-header',
  iptables: 'table= list list-rules numeric verbose line-numbers exact wait',
  ip6tables: 'table= list list-rules numeric verbose line-numbers exact wait',
  'iptables-save': 'table= counters',
  'ip6tables-save': 'table= counters',
  conntrack: `dump delete count flush event proto= src= dst= orig-src= orig-dst= reply-src= reply-dst= sport= dport=
    orig-port-src= orig-port-dst= reply-port-src= state= family= version`,
  tcpdump: 'list-interfaces interface= count',
});

/** What tools answer to what they do not know, where it is not 1. */
const GNU_STATUS: Readonly<Record<string, number>> = {
  ls: 2,
  grep: 2,
  egrep: 2,
  fgrep: 2,
  sort: 2,
  ping: 2,
  env: 125,
};
const TIMEOUT_STATUS = 125;

interface Refused {
  /** As it was given: `-x` or `--long`. */
  readonly option: string;
  /** It is known, and its value is missing. */
  readonly bare: boolean;
}

/** The first option of these words that a tool does not do. */
export function refusedOption(name: string, words: readonly string[]): Refused | undefined {
  const letters = LETTERS[name];
  if (letters === undefined) return undefined;
  const long = (LONG[name] ?? '').split(/\s+/);
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === '--') return undefined;
    if (!word.startsWith('-') || word === '-' || isCount(name, word)) {
      if (letters.startsWith('+')) return undefined;
      continue;
    }
    const read = word.startsWith('--') ? readLong(long, word) : readLetters(letters, word);
    if (typeof read === 'object') return read;
    if (read && words[++at] === undefined) return { option: word, bare: true };
  }
  return undefined;
}

/** Whether its value is the next word. */
function readLong(known: readonly string[], word: string): boolean | Refused {
  const [name, value] = word.slice(2).split(/=(.*)/s);
  if (known.includes(`${name}=`)) return value === undefined && !known.includes(name);
  return known.includes(name) && value === undefined ? false : { option: word.split('=')[0], bare: false };
}

function readLetters(known: string, word: string): boolean | Refused {
  for (let at = 1; at < word.length; at++) {
    const place = known.indexOf(word[at]);
    if (place < 0 || ':+'.includes(word[at])) return { option: `-${word[at]}`, bare: false };
    if (known[place + 1] === ':') return at === word.length - 1;
  }
  return false;
}

/** `head -5` and `tail -5`. */
const isCount = (name: string, word: string): boolean =>
  (name === 'head' || name === 'tail') && /^-[0-9]+$/.test(word);

/** Tools that name what they leave out before they look at their options. */
const CHANGING: ReadonlySet<string> = new Set(['iptables', 'ip6tables']);

/** The tool, which refuses what it does not do as its kind does. */
export function strict(name: string, command: Command): Command {
  return (context, system) => {
    if (context.arguments[0] === '--help' && Object.hasOwn(LETTERS, name)) {
      context.out(`${usageOf(name)}\n`);
      return 0;
    }
    const refused = CHANGING.has(name) ? undefined : refusedOption(name, context.arguments);
    return refused ? refuse(name, refused, context, system) : command(context, system);
  };
}

function refuse(
  name: string,
  { option, bare }: Refused,
  context: CommandContext,
  system: CommandSystem,
): number {
  if (name === 'curl') {
    const problem = bare ? 'requires parameter' : 'is unknown';
    context.err(
      `curl: option ${option}: ${problem}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`,
    );
    return 2;
  }
  const isLong = option.startsWith('--');
  const problem = bare
    ? `option requires an argument -- '${option.replace(/^-+/, '').slice(-1)}'`
    : isLong
      ? `unrecognized option '${option}'`
      : `invalid option -- '${option.slice(1)}'`;
  const musl = bare
    ? `option requires an argument: ${option.replace(/^-+/, '')}`
    : `unrecognized option: ${option.replace(/^-+/, '')}`;
  context.err(`${name}: ${system.libc === 'musl' ? musl : problem}\n`);
  if (system.userland === 'gnu') {
    context.err(`Try '${name} --help' for more information.\n`);
    return name === 'timeout' ? TIMEOUT_STATUS : (GNU_STATUS[name] ?? 1);
  }
  context.err(`BusyBox v1.37.0 multi-call binary.\n\n${usageOf(name)}\n`);
  return 1;
}

function usageOf(name: string): string {
  const letters = (LETTERS[name] ?? '').replace(/^\+/, '');
  const plain = letters.replace(/.:/g, '');
  const valued = [...letters.matchAll(/(.):/g)].map(([, letter]) => ` [-${letter} VALUE]`);
  return `Usage: ${name}${plain === '' ? '' : ` [-${plain}]`}${valued.join('')} ...`;
}
