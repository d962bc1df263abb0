import {
  familyOfText,
  parseAddress,
  socketsOf,
  type Network,
  type SocketDescription,
} from '@podlab/netstack';
import { kernelSettings } from './commands/kernel-commands';
import type { ContainerState } from './container';
import type { ContainerStore } from './container-store';
import { baseName, type LiveFiles } from './file-system';
import { osRelease } from './images/distributions';
import { KERNEL_VERSION } from './kernel-release';
import type { ProcessNamespaces } from './process-namespaces';

const SETTINGS = '/proc/sys/';
const SOCKETS = ['tcp', 'tcp6', 'udp', 'udp6'] as const;
const OS_RELEASE = '/etc/os-release';
/** What Linux knows a command's name by: TASK_COMM_LEN less its end. */
const NAME_CHARACTERS = 15;

/** `/proc` as far as it can be true of a simulated kernel, and which distribution an image is made of. */
export class ContainerFiles {
  constructor(
    private readonly store: ContainerStore,
    private readonly network: Network,
    private readonly processes: ProcessNamespaces,
  ) {}

  of(container: ContainerState): LiveFiles {
    return {
      read: (path) => this.read(container, path),
      paths: () => this.paths(container),
      holds: (directory) =>
        directory.startsWith('/proc/') && this.paths(container).some((path) => path.startsWith(directory)),
    };
  }

  private paths(container: ContainerState): readonly string[] {
    const processes = this.processes
      .list(container)
      .flatMap(({ pid }) => [`/proc/${pid}/cmdline`, `/proc/${pid}/comm`, `/proc/${pid}/environ`]);
    return [
      ...(osRelease(this.store.imageOf(container)) === undefined ? [] : [OS_RELEASE]),
      ...processes,
      ...SOCKETS.map((name) => `/proc/net/${name}`),
      ...[...this.settings(container).keys()].map((name) => `${SETTINGS}${name.replace(/\./g, '/')}`),
      '/proc/version',
    ];
  }

  private read(container: ContainerState, path: string): string | undefined {
    if (path === OS_RELEASE) return osRelease(this.store.imageOf(container));
    if (!path.startsWith('/proc/')) return undefined;
    if (path === '/proc/version') return KERNEL_VERSION;
    if (path.startsWith(SETTINGS)) {
      const value = this.settings(container).get(path.slice(SETTINGS.length).replace(/\//g, '.'));
      return value === undefined ? undefined : `${value}\n`;
    }
    const sockets = SOCKETS.find((name) => path === `/proc/net/${name}`);
    if (sockets) return this.socketTable(container, sockets);
    const [, pid, file] = /^\/proc\/([0-9]{1,9})\/(cmdline|comm|environ)$/.exec(path) ?? [];
    return pid === undefined ? undefined : this.processFile(container, Number(pid), file);
  }

  private settings(container: ContainerState): ReadonlyMap<string, number> {
    return kernelSettings(this.network, container.start.networkNamespace);
  }

  private processFile(container: ContainerState, pid: number, file: string): string | undefined {
    const process = this.processes.list(container).find((each) => each.pid === pid);
    if (!process) return undefined;
    if (file === 'cmdline') return process.words.map((word) => `${word}\0`).join('');
    if (file === 'comm') return `${baseName(process.words[0] ?? '').slice(0, NAME_CHARACTERS)}\n`;
    const owner = this.processes.find(container, pid)?.container;
    return owner ? this.environment(owner) : '';
  }

  /** What every process of a container starts with: the image's and the pod's variables. */
  private environment(container: ContainerState): string {
    const image = this.store.imageOf(container);
    return this.store
      .variableNames(container, image)
      .map((name) => `${name}=${this.store.variable(container, image, name) ?? ''}\0`)
      .join('');
  }

  private socketTable(container: ContainerState, table: (typeof SOCKETS)[number]): string {
    const namespace = this.network.namespace(container.start.networkNamespace);
    const six = table.endsWith('6');
    const sockets = (namespace ? socketsOf(this.network.state, namespace) : []).filter(
      ({ protocol, local }) =>
        protocol.toLowerCase() === table.replace('6', '') && (familyOfText(local.address) === 'IPv6') === six,
    );
    return TITLE + sockets.map(socketLine).join('');
  }
}

const TITLE =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
/** Numbers of the kernel's states. */
const STATES: Readonly<Record<SocketDescription['state'], string>> = {
  ESTAB: '01',
  'FIN-WAIT-2': '05',
  UNCONN: '07',
  'CLOSE-WAIT': '08',
  LISTEN: '0A',
};
/** Sockets here are no files: their numbers only tell them apart. */
const FIRST_INODE = 20_000;

function socketLine({ local, remote, state }: SocketDescription, index: number): string {
  const other = remote ?? { address: local.address.includes(':') ? '::' : '0.0.0.0', port: 0 };
  const ends = `${hexadecimalEnd(local)} ${hexadecimalEnd(other)} ${STATES[state]}`;
  return `${String(index).padStart(4)}: ${ends} 00000000:00000000 00:00000000 00000000     0        0 ${FIRST_INODE + index} 1\n`;
}

/** An address as the kernel prints it: words of four bytes, each with its bytes turned round. */
function hexadecimalEnd({ address, port }: { address: string; port: number }): string {
  const parsed = parseAddress(address);
  const digits = typeof parsed === 'number' ? parsed.toString(16).padStart(8, '0') : parsed;
  const text = digits.replace(/(..)(..)(..)(..)/g, '$4$3$2$1').toUpperCase();
  return `${text}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}
