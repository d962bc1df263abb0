import { Prng, seedPrng } from '@podlab/kernel';
import type { Network } from '@podlab/netstack';
import { createProxiers } from '../src/modes';
import type { ProxyMode } from '../src/modes';
import type { Proxier } from '../src/proxier';
import {
  BenchView,
  buildNetwork,
  CLIENT,
  serviceAddress,
  serviceKey,
  TARGETS,
  ENDPOINTS_PER_SERVICE,
} from './cluster';

const FLOWS = 20_000;
const RESYNCS = 400;
/** Processor time of this process: what else the machine does is left out. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const NONE: ReadonlySet<string> = new Set();

interface Written {
  readonly network: Network;
  readonly view: BenchView;
  readonly proxier: Proxier;
}

function write(mode: ProxyMode, services: number): Written {
  const prng = new Prng(seedPrng('network', mode));
  const network = buildNetwork(() => prng.float());
  const view = new BenchView(services);
  const settings = { cluster_cidr: '10.244.0.0/16', service_cidr: '10.96.0.0/16' };
  const [{ proxier }] = createProxiers(mode, network, view, settings);
  proxier.sync(NONE, TARGETS, new Set(TARGETS.map(({ name }) => name)));
  return { network, view, proxier };
}

/** New connections per second of processor time through ten Services from all over the range; the best of five runs. */
function flowsPerSecond({ network }: Written, services: number): number {
  const run = (): number => {
    const start = cpuMs();
    for (let flow = 0; flow < FLOWS; flow++) {
      const destination = serviceAddress(Math.floor(((flow % 10) * services) / 10));
      const { connection, end } = network.connect(CLIENT, { protocol: 'TCP', destination, port: 80 });
      if (connection === undefined) throw new Error(`a flow ended with ${end.code} in ${end.namespace}`);
      connection.close();
    }
    return FLOWS / ((cpuMs() - start) / 1000);
  };
  return Math.round(Math.max(run(), run(), run(), run(), run()));
}

/** Milliseconds for all nodes' rules to follow a Service that is left with `endpoints`: the median. */
function resyncMs({ view, proxier }: Written, services: number, endpoints: number, rounds: number): number {
  const times: number[] = [];
  for (let at = 0; at < rounds; at++) {
    const index = (at * 7919) % services;
    view.setEndpoints(index, endpoints);
    const changed = new Set([serviceKey(index)]);
    const start = cpuMs();
    proxier.sync(changed, TARGETS, NONE);
    times.push(cpuMs() - start);
    view.setEndpoints(index, ENDPOINTS_PER_SERVICE);
    proxier.sync(changed, TARGETS, NONE);
  }
  times.sort((a, b) => a - b);
  return Math.round(times[times.length >> 1] * 1000) / 1000;
}

const [mode, count] = [process.argv[2] as ProxyMode, Number(process.argv[3])];
const start = cpuMs();
const written = write(mode, count);
const install_ms = Math.round(cpuMs() - start);
globalThis.gc?.();
const heap_mb = Math.round(process.memoryUsage().heapUsed / 2 ** 20);
const flows_per_second = flowsPerSecond(written, count);
const resync_ms = resyncMs(written, count, ENDPOINTS_PER_SERVICE - 1, RESYNCS);
// Where iptables mode has to write the chains anew that all Services share.
const last_endpoint_ms = resyncMs(written, count, 0, RESYNCS / 20);
console.log(
  JSON.stringify({
    mode,
    services: count,
    flows_per_second,
    resync_ms,
    last_endpoint_ms,
    install_ms,
    heap_mb,
  }),
);
