import type { AddressFamily, InterfaceState, Network } from '@podlab/netstack';
import {
  familyOfText,
  linksOf,
  maskText,
  neighboursOf,
  onelineOf,
  parsePrefix,
  renderBrief,
  renderIfconfig,
  renderNeighbour,
  renderRouteGet,
  tryParseAddress,
} from '@podlab/netstack';
import type { CommandContext } from '../shell/host';
import type { Command, CommandSystem } from './command';

interface IpCall {
  readonly family: AddressFamily | undefined;
  readonly brief: boolean;
  readonly oneline: boolean;
  readonly rest: readonly string[];
}

const OBJECTS: readonly [string, (call: IpCall, context: CommandContext, system: CommandSystem) => number][] =
  [
    ['address', address],
    ['link', link],
    ['route', route],
    ['neighbour', neighbour],
    ['neighbor', neighbour],
    ['rule', rule],
  ];
const CHANGES: ReadonlySet<string> = new Set([
  'add',
  'del',
  'delete',
  'set',
  'replace',
  'change',
  'flush',
  'append',
]);

/** Shows interfaces, routes and neighbours; what would change them is left out by name. */
export const ip: Command = (context, system) => {
  const words = [...context.arguments];
  let family: AddressFamily | undefined;
  let brief = false;
  let oneline = false;
  while (words[0]?.startsWith('-')) {
    const option = words.shift() as string;
    if (option === '-4') family = 'IPv4';
    else if (option === '-6') family = 'IPv6';
    else if (/^-br/.test(option)) brief = true;
    else if (/^-o/.test(option)) oneline = true;
    else if (option === '-V') {
      context.out('ip utility, iproute2-6.15.0\n');
      return 0;
    } else if (/^-(j|json|p|pretty|n|netns|b|batch)$/.test(option)) {
      context.err(`ip: ${option} is left out of this simulation\n`);
      return 255;
    } else if (!/^-c(olor)?$/.test(option)) {
      context.err(`Option "${option}" is unknown, try "ip -help".\n`);
      return 255;
    }
  }
  const [object = '', ...rest] = words;
  const found = object === '' ? undefined : OBJECTS.find(([name]) => name.startsWith(object));
  if (!found) {
    context.err(
      object === ''
        ? 'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | neighbour | route | rule }\n'
        : `Object "${object}" is unknown, try "ip help".\n`,
    );
    return object === '' ? 255 : 1;
  }
  if (CHANGES.has(rest[0] ?? '')) {
    const text = system.netAdmin
      ? `ip: changing ${found[0]}s is left out of this simulation\n`
      : 'RTNETLINK answers: Operation not permitted\n';
    context.err(text);
    return 2;
  }
  return found[1]({ family, brief, oneline, rest }, context, system);
};

/** The interface that `show NAME` or `dev NAME` asks for. */
function deviceOf(rest: readonly string[]): string | undefined {
  const words = rest.filter((word) => !/^(show|list|ls|sh|s|up|scope|global)$/.test(word));
  const at = words.indexOf('dev');
  return at >= 0 ? words[at + 1] : words[0];
}

function interfacesOf({ stack, origin }: CommandSystem): InterfaceState[] {
  return [...(stack.state.namespaces.get(origin.namespace)?.interfaces.values() ?? [])];
}

const peerIndex =
  (stack: Network) =>
  ({ peer }: InterfaceState): number | undefined =>
    peer === undefined ? undefined : stack.interface(peer.namespace, peer.interface)?.index;

function address(call: IpCall, context: CommandContext, system: CommandSystem): number {
  return showLinks(call, context, system, 'address');
}

function link(call: IpCall, context: CommandContext, system: CommandSystem): number {
  return showLinks(call, context, system, 'link');
}

function showLinks(
  { family, brief, oneline, rest }: IpCall,
  context: CommandContext,
  system: CommandSystem,
  what: 'address' | 'link',
): number {
  const { stack, origin } = system;
  const device = deviceOf(rest);
  const links = interfacesOf(system);
  if (device !== undefined && !links.some(({ name }) => name === device)) {
    context.err(`Device "${device}" does not exist.\n`);
    return 1;
  }
  const wanted = (text: string): boolean => family === undefined || familyOfText(text) === family;
  if (brief) {
    const shown = links.filter(
      ({ name, addresses }) =>
        (device === undefined || name === device) &&
        (family === undefined || addresses.some((own) => wanted(own.address))),
    );
    context.out(renderBrief(shown, peerIndex(stack), what, wanted));
    return 0;
  }
  const all = stack.renderAddresses(origin.namespace, what === 'link' ? undefined : family);
  const blocks = all.split(/(?<=\n)(?=[0-9]+: )/);
  const chosen = device === undefined ? blocks : blocks.filter((block) => nameIn(block) === device);
  const text = what === 'link' ? linksOf(chosen.join('')) : chosen.join('');
  context.out(oneline ? onelineText(text, what) : text);
  return 0;
}

const nameIn = (block: string): string => /^[0-9]+: ([^:@]+)/.exec(block)?.[1] ?? '';

/** `ip -o addr` prints an address a line; `ip -o link` an interface a line. */
function onelineText(text: string, what: 'address' | 'link'): string {
  if (what === 'link') return onelineOf(text);
  return text
    .split(/(?<=\n)(?=[0-9]+: )/)
    .flatMap((block) => {
      const [, index = '', name = ''] = /^([0-9]+): ([^:@]+)/.exec(block) ?? [];
      return [...block.matchAll(/^ {4}(inet6? .*)\n {7}(.*)\n/gm)].map(
        ([, line, life]) => `${index}: ${name}    ${line}\\       ${life}\n`,
      );
    })
    .join('');
}

function route({ family, rest }: IpCall, context: CommandContext, system: CommandSystem): number {
  const { stack, origin } = system;
  if (rest[0] === 'get') return routeGet(rest[1] ?? '', context, system);
  const device = rest.includes('dev') ? rest[rest.indexOf('dev') + 1] : undefined;
  const lines = stack.renderRoutes(origin.namespace, family ?? 'IPv4').split(/(?<=\n)(?!\t)/);
  const [only] = rest[0] === 'show' || rest[0] === 'list' ? rest.slice(1) : rest;
  const shown = lines.filter((line) => {
    if (device !== undefined) return line.includes(` dev ${device} `);
    return only === undefined || only === 'default'
      ? only === undefined || line.startsWith('default')
      : line.startsWith(`${only} `);
  });
  context.out(shown.join(''));
  return 0;
}

function routeGet(destination: string, context: CommandContext, { stack, origin }: CommandSystem): number {
  if (tryParseAddress(destination) === undefined) {
    context.err(`Error: any valid prefix is expected rather than "${destination}".\n`);
    return 1;
  }
  const namespace = stack.namespace(origin.namespace);
  const text = namespace && renderRouteGet(namespace, destination);
  if (text === undefined) {
    context.err('RTNETLINK answers: Network is unreachable\n');
    return 2;
  }
  context.out(text);
  return 0;
}

function neighbour(
  { family, rest }: IpCall,
  context: CommandContext,
  { stack, origin }: CommandSystem,
): number {
  const namespace = stack.namespace(origin.namespace);
  const device = deviceOf(rest);
  const entries = namespace ? neighboursOf(stack, namespace) : [];
  for (const entry of entries) {
    if (device !== undefined && entry.interface !== device) continue;
    if (family === undefined || familyOfText(entry.address) === family) context.out(renderNeighbour(entry));
  }
  return 0;
}

function rule(_call: IpCall, context: CommandContext): number {
  context.out('0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n');
  return 0;
}

export const ifconfig: Command = (context, system) => {
  const device = context.arguments.find((word) => !word.startsWith('-'));
  const links = interfacesOf(system).filter(({ name }) => device === undefined || name === device);
  if (links.length === 0) {
    context.err(`ifconfig: ${device}: error fetching interface information: Device not found\n`);
    return 1;
  }
  for (const item of [...links].sort((a, b) => (a.name < b.name ? -1 : 1))) context.out(renderIfconfig(item));
  return 0;
};

/** `route -n`. */
export const routeTable: Command = (context, { stack, origin }) => {
  context.out(
    'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n',
  );
  for (const { destination, via, interface: name = '*', metric = 0 } of stack.routes(origin.namespace)) {
    if (familyOfText(destination) === 'IPv6') continue;
    const { length } = parsePrefix(destination);
    const flags = `U${via === undefined ? '' : 'G'}${length === 32 ? 'H' : ''}`;
    const network = destination.replace(/\/.*/, '');
    context.out(
      `${network.padEnd(15)} ${(via ?? '0.0.0.0').padEnd(15)} ${maskText(length).padEnd(15)} ${flags.padEnd(5)} ${String(metric).padEnd(6)} 0        0 ${name}\n`,
    );
  }
  return 0;
};

export const arp: Command = (context, { stack, origin }) => {
  const namespace = stack.namespace(origin.namespace);
  for (const { address: who, mac, interface: name, state } of namespace ? neighboursOf(stack, namespace) : [])
    context.out(`? (${who}) at ${mac} [ether] ${state === 'PERMANENT' ? 'PERM ' : ''} on ${name}\n`);
  return 0;
};
