import {
  formatRecordData,
  networkExchange,
  parseResolvConf,
  resolve,
  type RecordType,
} from '@podlab/coredns';
import type { ProbeNetwork } from '@podlab/kubelet';
import { nodeNamespace } from '@podlab/kubelet';
import { formatEndpoint, tryParseAddress, type DatagramResult, type Network } from '@podlab/netstack';
import {
  decodeResponse,
  encodeRequest,
  joinBytes,
  socketNetworkClient,
  type ExchangeObserver,
  type NetworkClient,
  type Resolve,
} from '@podlab/workloads';
import { dnsQuestions } from './dns-questions';

/** How commands in containers reach the network: names by DNS packets to the servers of their resolv.conf. */
export function containerNetwork(network: Network, observer?: ExchangeObserver): NetworkClient {
  return socketNetworkClient(network, containerResolve(network), observer, dnsQuestions(network, observer));
}

function containerResolve(network: Network): Resolve {
  return (from, name, type, search) => {
    const config = parseResolvConf(from.resolverConfiguration);
    const asked = search ? name : `${name.replace(/\.$/, '')}.`;
    let exchange: DatagramResult | undefined;
    const ask = networkExchange(network, from.namespace, (result) => (exchange = result));
    const resolution = resolve(asked, config, ask, { types: [type as RecordType] });
    const { rcode, message, tries, elapsed_ms: elapsedMs } = resolution;
    const server = tries[tries.length - 1].nameserver;
    const answers = (message?.answers ?? []).map((record) => ({
      name: record.name,
      type: record.type,
      value: formatRecordData(record),
    }));
    const told = { rcode, server, name: resolution.name, answers, elapsedMs, tries };
    return exchange ? { ...told, exchange } : told;
  };
}

/** The kubelet's own probes: from the node's namespace, with the errors of Go's HTTP client. */
export function probeNetwork(network: Network): ProbeNetwork {
  return {
    tcp(node, ip, port, timeout_ms) {
      const unusable = dialRefusal(ip, port);
      if (unusable !== undefined) return { error: unusable };
      const target = { protocol: 'TCP', destination: addressOf(ip), port, timeout_ms } as const;
      const result = network.connect(nodeNamespace(node), target);
      result.connection?.close();
      return result.disposition === 'Connected' ? {} : { error: dialError(result.disposition, ip, port) };
    },
    http(node, request) {
      const { ip, port, path, scheme, headers, timeout_ms } = request;
      const url = `${scheme.toLowerCase()}://${formatEndpoint(ip, port)}${path}`;
      const unusable = dialRefusal(ip, port);
      if (unusable !== undefined) return { error: `Get "${url}": ${unusable}` };
      const target = { protocol: 'TCP', destination: addressOf(ip), port, timeout_ms } as const;
      const { connection, disposition } = network.connect(nodeNamespace(node), target);
      if (!connection) return { error: `Get "${url}": ${dialError(disposition, ip, port)}` };
      const own = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
      const all = {
        Host: formatEndpoint(ip, port),
        'User-Agent': 'kube-probe/1.36',
        Accept: '*/*',
        Connection: 'close',
        ...own,
      };
      connection.send(encodeRequest({ method: 'GET', target: path, headers: all, body: '' }));
      const reading = decodeResponse(joinBytes(connection.receive()), connection.status !== 'Open');
      connection.close();
      if (reading.kind === 'message') return { status: reading.message.status };
      const late = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
      return { error: `Get "${url}": ${connection.status === 'Reset' ? 'EOF' : late}` };
    },
  };
}

/** A probe's host may be a name: a node knows its own, and asks no server for others. */
const addressOf = (host: string) => (host === 'localhost' ? '127.0.0.1' : host);

/** Why nothing can be sent there at all. Models pkg/probe/util.go ResolveContainerPort and Go's net.DNSError. */
function dialRefusal(host: string, port: number): string | undefined {
  if (!(port >= 1 && port <= 65_535)) return `invalid port number: ${port}`;
  if (tryParseAddress(addressOf(host)) !== undefined) return undefined;
  return `dial tcp: lookup ${host}: no such host`;
}

/** Models Go's net.OpError texts. */
export function dialError(disposition: string, ip: string, port: number): string {
  const dial = `dial tcp ${formatEndpoint(ip, port)}`;
  if (disposition === 'Refused') return `${dial}: connect: connection refused`;
  return disposition === 'NoRoute' ? `${dial}: connect: no route to host` : `${dial}: i/o timeout`;
}
