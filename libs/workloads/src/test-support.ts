import { createNetworkState, Network } from '@podlab/netstack';
import { ComponentHarness } from '@podlab/testkit';
import type { ContainerStart } from './container';
import type { DnsQuestion, DnsReply } from './dns-client';
import type { HttpResponse } from './http/message';
import type { LookupResult, OutboundResult } from './network-client';
import { socketNetworkClient } from './socket-network-client';
import { Workloads, type WorkloadsOptions } from './workloads';

/** Names that the labs' resolver knows. */
const NAMES: Readonly<Record<string, string>> = {
  web: '10.0.0.2',
  'web.default.svc.cluster.local': '10.0.0.2',
  api: '10.0.0.3',
};

/** A container of `image` on its own, for tests. */
export function containerStart(changes: Partial<ContainerStart> = {}): ContainerStart {
  return {
    id: 'c1',
    podUid: 'uid-1',
    podName: 'web-1',
    namespace: 'default',
    name: 'main',
    node: 'node-a',
    podIp: '10.0.0.2',
    networkNamespace: 'pod/web',
    hostname: 'web-1',
    image: 'busybox:1.37',
    environment: {},
    files: {
      '/etc/resolv.conf': 'nameserver 10.96.0.10\n',
      '/etc/hosts': '127.0.0.1\tlocalhost\n10.0.0.2\tweb-1\n',
    },
    mounts: [],
    ports: [],
    ...changes,
  };
}

/** Workloads in a harness with a wire on which `pod/web` is 10.0.0.2, `pod/api` 10.0.0.3 and `client` 10.0.0.9. */
export class WorkloadsLab {
  constructor(
    private readonly options: Omit<WorkloadsOptions, 'network'> = {},
    readonly harness: ComponentHarness = newHarness(options),
  ) {}

  get workloads(): Workloads {
    return this.harness.component('workloads') as Workloads;
  }

  get network(): Network {
    return networkOf(this.workloads);
  }

  /** Starts a container; its id is `c1` unless told otherwise. */
  start(changes: Partial<ContainerStart>): string {
    const start = containerStart(changes);
    const { error } = this.workloads.startContainer(start);
    return error ?? start.id;
  }

  /** The status a container ended with. */
  ended(id = 'c1'): number | undefined {
    return this.workloads.containerStatus(id)?.exitCode;
  }

  log(id = 'c1'): string[] {
    return this.workloads.logs(id).map(({ text }) => text);
  }

  /** Runs a script in the container and gives what it printed with its status. */
  exec(script: string, id = 'c1'): { stdout: string; stderr: string; status: number | undefined } {
    const exec = this.workloads.exec(id, ['sh', '-c', script]);
    if (typeof exec !== 'number') return { stdout: '', stderr: exec.error, status: undefined };
    const state = this.workloads.execState(exec);
    return { stdout: state?.stdout ?? '', stderr: state?.stderr ?? '', status: state?.exitCode };
  }

  /** An HTTP request from the client to 10.0.0.2. */
  http(port: number, target = '/', headers: Record<string, string> = {}): HttpResponse | undefined {
    return this.request({
      port,
      http: { method: 'GET', target, headers: { Host: 'web', ...headers }, body: '' },
    }).response;
  }

  request(change: {
    port: number;
    protocol?: 'TCP' | 'UDP' | 'SCTP';
    payload?: string;
    http?: object;
  }): OutboundResult {
    const from = {
      containerId: 'client',
      podUid: 'client',
      namespace: 'client',
      resolverConfiguration: '',
      hosts: '',
      interactive: true,
    };
    return this.workloads.network.request(from, {
      host: '10.0.0.2',
      protocol: 'TCP',
      timeoutMs: 1_000,
      ...change,
    } as never);
  }

  /** An independent lab at the same moment. */
  copy(): WorkloadsLab {
    return new WorkloadsLab(this.options, this.harness.copy());
  }
}

const networks = new WeakMap<Workloads, Network>();
const networkOf = (workloads: Workloads): Network => networks.get(workloads) as Network;

function newHarness(options: Omit<WorkloadsOptions, 'network'>): ComponentHarness {
  return new ComponentHarness({
    workloads: (context) => {
      const environment = { now: () => context.now(), random: () => context.random.float() };
      const network = new Network(context.state('network', createNetworkState), environment);
      if (network.state.namespaces.size === 0) wire(network);
      const workloads = new Workloads(context, { network, ...options });
      networks.set(workloads, network);
      network.handlers.set('workloads', workloads.socketHandler);
      workloads.network = socketNetworkClient(
        network,
        (_from, name, type) => resolve(name, type),
        undefined,
        (_from, question) => answer(question),
      );
      return workloads;
    },
  });
}

function wire(network: Network): void {
  network.addWire('lan');
  for (const [namespace, address] of [
    ['pod/web', '10.0.0.2'],
    ['pod/api', '10.0.0.3'],
    ['client', '10.0.0.9'],
  ]) {
    network.addNamespace(namespace);
    network.addEthernet(namespace, 'lan', { name: 'eth0', addresses: [{ address, prefix_length: 24 }] });
  }
}

function resolve(name: string, type: string): LookupResult {
  const value = NAMES[name];
  const answers = value === undefined ? [] : [{ name, type, value }];
  return {
    rcode: value === undefined ? 'NXDOMAIN' : 'NOERROR',
    server: '10.96.0.10',
    name,
    answers,
    elapsedMs: 1,
  };
}

function answer({ name, type }: DnsQuestion): DnsReply {
  const data = NAMES[name];
  const answers = data === undefined || type !== 'A' ? [] : [{ name, ttl: 30, type, data }];
  const rcode = data === undefined ? 'NXDOMAIN' : 'NOERROR';
  const head = { id: 1, rcode, flags: ['qr', 'aa', 'rd'], authorities: [], additionals: [], size: 64 };
  return { outcome: 'Answered', elapsedMs: 1, answer: { ...head, answers } };
}

/** What a script prints in a busybox container. */
export function shellOutput(script: string): { stdout: string; stderr: string; status: number | undefined } {
  const lab = new WorkloadsLab();
  lab.start({ command: ['sleep', '3600'], workingDirectory: '/home' });
  return lab.exec(script);
}
