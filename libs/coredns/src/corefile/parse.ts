import { tryParseAddress } from '@podlab/netstack';
import { CorefileError } from './corefile';
import type { Corefile, KubernetesPlugin, NameRewrite, ServerBlock } from './corefile';

/** One directive with its arguments and the lines of its block. */
interface Directive {
  readonly line: number;
  readonly words: readonly string[];
  readonly block: readonly Directive[];
}

type Draft = { -readonly [K in keyof ServerBlock]: ServerBlock[K] };

/** Plugins that CoreDNS has and that change nothing a cluster can observe here. */
const WITHOUT_EFFECT = [
  'acl',
  'any',
  'autopath',
  'bind',
  'bufsize',
  'cache',
  'cancel',
  'chaos',
  'debug',
  'dns64',
  'dnstap',
  'errors',
  'health',
  'header',
  'import',
  'local',
  'log',
  'loop',
  'metadata',
  'minimal',
  'multisocket',
  'nsid',
  'pprof',
  'prometheus',
  'ready',
  'reload',
  'root',
  'timeouts',
  'trace',
  'whoami',
];

/** Reads the subset of a Corefile that matters in a cluster. Throws {@link CorefileError} with CoreDNS's own words. */
export function parseCorefile(text: string): Corefile {
  const blocks = parseDirectives(tokenize(text)).map(serverBlock);
  if (blocks.length === 0) throw new CorefileError('Corefile has no server block');
  return blocks;
}

interface Token {
  readonly text: string;
  readonly line: number;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  text.split('\n').forEach((content, index) => {
    const words = /^\s*#/.test(content) ? [] : (content.replace(/\s#.*$/, '').match(/"[^"]*"|\S+/g) ?? []);
    for (const word of words) tokens.push({ text: word.replace(/^"|"$/g, ''), line: index + 1 });
  });
  return tokens;
}

function parseDirectives(tokens: readonly Token[]): Directive[] {
  const cursor = { at: 0 };
  const directives: Directive[] = [];
  while (cursor.at < tokens.length) directives.push(parseDirective(tokens, cursor));
  return directives;
}

function parseDirective(tokens: readonly Token[], cursor: { at: number }): Directive {
  const first = tokens[cursor.at];
  if (first.text === '}' || first.text === '{')
    throw new CorefileError(`Corefile:${first.line} - Error during parsing: Unexpected '${first.text}'`);
  const words: string[] = [];
  while (cursor.at < tokens.length && tokens[cursor.at].line === first.line) {
    const { text } = tokens[cursor.at];
    if (text === '}') break;
    cursor.at++;
    if (text === '{') return { line: first.line, words, block: parseBlock(tokens, cursor) };
    words.push(text);
  }
  return { line: first.line, words, block: [] };
}

function parseBlock(tokens: readonly Token[], cursor: { at: number }): Directive[] {
  const block: Directive[] = [];
  for (;;) {
    if (cursor.at >= tokens.length) {
      const line = tokens[tokens.length - 1].line;
      throw new CorefileError(`Corefile:${line} - Error during parsing: Unexpected EOF, expecting '}'`);
    }
    if (tokens[cursor.at].text === '}') {
      cursor.at++;
      return block;
    }
    block.push(parseDirective(tokens, cursor));
  }
}

function serverBlock(directive: Directive): ServerBlock {
  const keys = directive.words.flatMap((word) => word.split(',')).filter(Boolean);
  const addresses = keys.map((key) => /^(?:dns:\/\/)?(.*?)(?::(\d+))?$/.exec(key) as RegExpExecArray);
  const draft: Draft = {
    zones: addresses.map(([, zone]) => normalizeName(zone)),
    port: Number(addresses[0]?.[2] ?? 53),
    hosts: new Map(),
    hosts_fallthrough: false,
    rewrites: [],
    forward: [],
    loadbalance: false,
  };
  for (const plugin of directive.block) applyPlugin(draft, plugin);
  return draft;
}

function applyPlugin(draft: Draft, plugin: Directive): void {
  const [name, ...words] = plugin.words;
  switch (name) {
    case 'kubernetes':
      draft.kubernetes = kubernetesPlugin(plugin, words, draft.zones);
      return;
    case 'forward':
      if (words.length < 2) throw wrongArguments(plugin);
      draft.forward = [...draft.forward, normalizeName(words[0])];
      return;
    case 'hosts':
      draft.hosts = hostsEntries(plugin);
      draft.hosts_fallthrough = plugin.block.some(({ words: [first] }) => first === 'fallthrough');
      return;
    case 'rewrite':
      draft.rewrites = [...draft.rewrites, ...nameRewrites(plugin, words)];
      return;
    case 'loadbalance':
      draft.loadbalance = true;
      return;
    default:
      if (!WITHOUT_EFFECT.includes(name))
        throw new CorefileError(
          `Corefile:${plugin.line} - Error during parsing: Unknown directive '${name}'`,
        );
  }
}

/** Models coredns plugin/kubernetes setup.go ParseStanza; those not read below are about the API that is watched. */
const KUBERNETES_OPTIONS = [
  'apiserver_qps',
  'apiserver_burst',
  'apiserver_max_inflight',
  'endpoint',
  'endpoint_pod_names',
  'fallthrough',
  'ignore',
  'kubeconfig',
  'labels',
  'multicluster',
  'namespace_labels',
  'namespaces',
  'noendpoints',
  'pods',
  'startup_timeout',
  'tls',
  'transfer',
  'ttl',
  'upstream',
];

function kubernetesPlugin(
  plugin: Directive,
  zones: readonly string[],
  blockZones: readonly string[],
): KubernetesPlugin {
  const option = (name: string) => plugin.block.find(({ words }) => words[0] === name)?.words.slice(1);
  const unknown = plugin.block.find(({ words }) => !KUBERNETES_OPTIONS.includes(words[0]));
  if (unknown)
    throw new CorefileError(
      `plugin/kubernetes: Corefile:${unknown.line} - Error during parsing: unknown property '${unknown.words[0]}'`,
    );
  const all = (zones.length > 0 ? zones : blockZones).map(normalizeName);
  const pods = option('pods')?.[0] ?? 'disabled';
  if (pods !== 'disabled' && pods !== 'insecure' && pods !== 'verified') throw wrongArguments(plugin);
  const ttl = Number(option('ttl')?.[0] ?? 5);
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > 3600)
    throw new CorefileError(`plugin/kubernetes: ttl must be in range [0, 3600]: ${ttl}`);
  const fallthrough = option('fallthrough')?.map(normalizeName);
  return {
    zones: all,
    pods,
    ttl,
    fallthrough: fallthrough?.length === 0 ? all : (fallthrough ?? []),
    endpoint_pod_names: option('endpoint_pod_names') !== undefined,
    namespaces: option('namespaces'),
    endpoints: option('noendpoints') === undefined,
    ignore_empty_service: option('ignore')?.[0] === 'empty_service',
  };
}

function hostsEntries(plugin: Directive): Map<string, string[]> {
  const entries = new Map<string, string[]>();
  for (const { words } of plugin.block) {
    if (tryParseAddress(words[0]) === undefined) continue;
    for (const name of words.slice(1).map(normalizeName))
      entries.set(name, [...(entries.get(name) ?? []), words[0]]);
  }
  return entries;
}

const REWRITE_MATCHES = ['exact', 'prefix', 'suffix', 'substring'] as const;

function nameRewrites(plugin: Directive, words: readonly string[]): NameRewrite[] {
  const rest = words.filter((word) => word !== 'stop' && word !== 'continue');
  if (rest[0] !== 'name') return [];
  const match = REWRITE_MATCHES.find((kind) => kind === rest[1]);
  const [from, to] = match ? rest.slice(2) : rest.slice(1);
  if (!from || !to || rest[1] === 'regex') throw wrongArguments(plugin);
  return [{ match: match ?? 'exact', from: normalizeName(from), to: normalizeName(to) }];
}

function wrongArguments(plugin: Directive): CorefileError {
  return new CorefileError(
    `plugin/${plugin.words[0]}: Corefile:${plugin.line} - Error during parsing: Wrong argument count or unexpected line ending after '${plugin.words[plugin.words.length - 1]}'`,
  );
}

/** Lower case, without the last dot. */
export function normalizeName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/** Whether `name` is `zone` or below it; the root contains every name. */
export function isInZone(name: string, zone: string): boolean {
  return zone === '' || name === zone || (name.endsWith(zone) && name[name.length - zone.length - 1] === '.');
}
