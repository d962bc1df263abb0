import type { SocketDescription } from '@podlab/netstack';
import { familyOfText, socketsOf } from '@podlab/netstack';
import { parseOptions } from './command';
import type { Command, CommandSystem } from './command';

type Protocol = SocketDescription['protocol'];

/** Sockets of the namespace that options such as `-ltn` ask for. */
function wanted(letters: ReadonlySet<string>, system: CommandSystem): SocketDescription[] {
  const protocols: Protocol[] = [];
  if (letters.has('t') || letters.has('tcp')) protocols.push('TCP');
  if (letters.has('u') || letters.has('udp')) protocols.push('UDP');
  if (letters.has('S') || letters.has('sctp')) protocols.push('SCTP');
  const { stack, origin } = system;
  const namespace = stack.namespace(origin.namespace);
  const listening = letters.has('l') || letters.has('listening');
  const all = letters.has('a') || letters.has('all');
  return (namespace ? socketsOf(stack.state, namespace) : []).filter((socket) => {
    const waits = socket.remote === undefined;
    const six = familyOfText(socket.local.address) === 'IPv6';
    if (letters.has('4') && six) return false;
    if (letters.has('6') && !six) return false;
    return (protocols.length === 0 || protocols.includes(socket.protocol)) && (all || waits === listening);
  });
}

/** `ss`: sockets of this network namespace. */
export const ss: Command = (context, system) => {
  const { letters } = parseOptions(context.arguments, 'f');
  if (letters.has('V')) {
    context.out('ss utility, iproute2-6.15.0\n');
    return 0;
  }
  const sockets = wanted(letters, system);
  if (letters.has('s')) {
    const count = (protocol: Protocol): number => sockets.filter((item) => item.protocol === protocol).length;
    context.out(`Total: ${sockets.length}\nTCP:   ${count('TCP')}\nUDP:   ${count('UDP')}\n`);
    return 0;
  }
  const single = ['t', 'u', 'S'].filter((letter) => letters.has(letter)).length === 1;
  const processes = letters.has('p');
  const rows = sockets.map((socket) => [
    ...(single ? [] : [socket.protocol.toLowerCase()]),
    socket.state,
    '0',
    socket.state === 'LISTEN' ? '4096' : '0',
    ...endOf(socket.local),
    ...endOf(socket.remote ?? { address: socket.local.address.includes(':') ? '::' : '0.0.0.0', port: 0 }),
    processes ? processText(socket, system) : '',
  ]);
  const title = ['State', 'Recv-Q', 'Send-Q', 'Local Address:', 'Port', 'Peer Address:', 'Port', 'Process'];
  const header = single ? title : ['Netid', ...title];
  if (!letters.has('H')) rows.unshift(header);
  context.out(rows.map((row) => lineOf(row, rows)).join(''));
  return 0;
};

/** Columns as wide as their widest entry; an address stands right before its port. */
function lineOf(row: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = row.map((cell, column) => {
    const width = Math.max(...rows.map((each) => each[column].length));
    return cell.endsWith(':') ? cell.padStart(width) : cell.padEnd(width);
  });
  return `${cells.join(' ').replace(/: (?=\S)/g, ':')}`.trimEnd() + '\n';
}

function endOf({ address, port }: { address: string; port: number }): [string, string] {
  const any = address === '0.0.0.0' || address === '::';
  const shown = address === '::' ? '[::]' : address.includes(':') ? `[${address}]` : address;
  return [`${any && port === 0 ? shown : shown}:`, port === 0 ? '*' : String(port)];
}

function processText(socket: SocketDescription, system: CommandSystem): string {
  const owner = socket.listener && system.ownerOf(socket.listener);
  return owner ? `users:(("${owner.name}",pid=${owner.pid},fd=${(socket.listener.id % 20) + 3}))` : '';
}

/** `netstat -ltn`, as busybox prints it. */
export const netstat: Command = (context, system) => {
  const { letters } = parseOptions(context.arguments, '');
  const sockets = wanted(letters, system);
  const about = letters.has('a')
    ? 'servers and established'
    : letters.has('l')
      ? 'only servers'
      : 'w/o servers';
  const program = letters.has('p') ? 'PID/Program name    ' : '';
  context.out(
    `Active Internet connections (${about})\nProto Recv-Q Send-Q Local Address           Foreign Address         State       ${program}\n`,
  );
  for (const socket of sockets) {
    const six = socket.local.address.includes(':') ? '6' : '';
    const protocol = `${socket.protocol.toLowerCase()}${six}`.padEnd(5);
    const local = `${socket.local.address}:${socket.local.port}`.padEnd(23);
    const remote = (
      socket.remote ? `${socket.remote.address}:${socket.remote.port}` : `${six ? '::' : '0.0.0.0'}:*`
    ).padEnd(23);
    const owner = socket.listener && system.ownerOf(socket.listener);
    const name = letters.has('p') ? (owner ? `${owner.pid}/${owner.name}` : '-') : '';
    context.out(`${protocol}      0      0 ${local} ${remote} ${STATES[socket.state].padEnd(11)} ${name}\n`);
  }
  return 0;
};

const STATES: Readonly<Record<SocketDescription['state'], string>> = {
  LISTEN: 'LISTEN',
  UNCONN: '',
  ESTAB: 'ESTABLISHED',
  'CLOSE-WAIT': 'CLOSE_WAIT',
  'FIN-WAIT-2': 'FIN_WAIT2',
};
