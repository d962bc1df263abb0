import type { ClientConnection, Network } from '@podlab/netstack';
import { tryParseAddress } from '@podlab/netstack';
import { encodeRequest, readResponse } from './http/codec';
import { decodeText, encodeText, joinBytes } from './http/text';
import type { LookupResult, NetworkClient, Origin, OutboundRequest, OutboundResult } from './network-client';

/** Resolves a name for a container: the composition asks CoreDNS with real packets. */
export type Resolve = (from: Origin, name: string, type: string, search: boolean) => LookupResult;

/** A network client straight on sockets, without traces: probes of tests and of a cluster without a tracer use it. */
export function socketNetworkClient(network: Network, resolve: Resolve): NetworkClient {
  return {
    lookup: (from, name, type, search) => resolve(from, name, type, search),
    request: (from, request) => {
      const found = addressOf(from, request.host, resolve);
      if (found.address === undefined) return { disposition: 'NameNotResolved', elapsedMs: found.elapsedMs };
      return exchange(network, from, request, found.address);
    },
    ping: (from, host, timeoutMs) => {
      const { address, elapsedMs } = addressOf(from, host, resolve);
      if (address === undefined) return { disposition: 'NameNotResolved', elapsedMs };
      const result = network.ping(from.namespace, { destination: address, timeout_ms: timeoutMs });
      const disposition = result.disposition === 'Answered' ? 'Delivered' : result.disposition;
      return {
        disposition,
        elapsedMs: result.elapsed_ms,
        address,
        ...(result.ttl === undefined ? {} : { ttl: result.ttl }),
      };
    },
    describe: (from, what) => (what === 'routes' ? routesText(network, from) : addressesText(network, from)),
  };
}

function addressOf(from: Origin, host: string, resolve: Resolve): { address?: string; elapsedMs: number } {
  if (tryParseAddress(host) !== undefined) return { address: host, elapsedMs: 0 };
  const known = hostsEntry(from.hosts, host);
  if (known !== undefined) return { address: known, elapsedMs: 0 };
  const result = resolve(from, host, 'A', !host.endsWith('.'));
  const address = result.answers.find((answer) => answer.type === 'A')?.value;
  return { elapsedMs: result.elapsedMs, ...(address === undefined ? {} : { address }) };
}

/** The IPv4 address that `/etc/hosts` gives for a name. */
export function hostsEntry(hosts: string, name: string): string | undefined {
  for (const line of hosts.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.includes(name) && tryParseAddress(address) !== undefined) return address;
  }
  return undefined;
}

function exchange(network: Network, from: Origin, request: OutboundRequest, address: string): OutboundResult {
  const payload = request.http ? encodeRequest(request.http) : encodeText(request.payload ?? '');
  if (request.protocol === 'UDP') {
    const result = network.sendDatagram(from.namespace, {
      destination: address,
      port: request.port,
      data: payload,
      timeout_ms: request.timeoutMs,
    });
    const disposition = result.disposition === 'Answered' ? 'Delivered' : result.disposition;
    return {
      disposition,
      elapsedMs: result.elapsed_ms,
      address,
      data: result.replies.map(decodeText).join(''),
    };
  }
  const opened = network.connect(from.namespace, {
    protocol: request.protocol,
    destination: address,
    port: request.port,
    timeout_ms: request.timeoutMs,
  });
  if (opened.disposition !== 'Connected' || !opened.connection) {
    const disposition = opened.disposition === 'Connected' ? 'TimedOut' : opened.disposition;
    return { disposition, elapsedMs: opened.elapsed_ms, address };
  }
  return converse(opened.connection, request, payload, address);
}

function converse(
  connection: ClientConnection,
  request: OutboundRequest,
  payload: Uint8Array,
  address: string,
): OutboundResult {
  const sent = payload.length === 0 || connection.send(payload);
  const chunks = connection.receive();
  const text = chunks.length > 0 ? decodeText(joinBytes(chunks)) : '';
  const closed = connection.status !== 'Open';
  const reset = connection.status === 'Reset';
  connection.close();
  const elapsedMs = connection.elapsed_ms;
  if (!request.http)
    return { disposition: reset && text === '' ? 'Reset' : 'Delivered', elapsedMs, address, data: text };
  const reading = readResponse(text, closed, request.http.method);
  if (reading.kind === 'message')
    return { disposition: 'Delivered', elapsedMs, address, response: reading.message };
  if (!sent || reset)
    return { disposition: connection.status === 'TimedOut' ? 'TimedOut' : 'Reset', elapsedMs, address };
  if (closed) return { disposition: text === '' ? 'Reset' : 'Delivered', elapsedMs, address, data: text };
  return { disposition: 'TimedOut', elapsedMs: request.timeoutMs, address };
}

function routesText(network: Network, from: Origin): string {
  return network
    .routes(from.namespace)
    .map((route) => {
      const destination = route.destination === '0.0.0.0/0' ? 'default' : route.destination;
      const via = route.via === undefined ? '' : ` via ${route.via}`;
      const device = route.interface === undefined ? '' : ` dev ${route.interface}`;
      return `${destination}${via}${device}${route.scope === 'link' ? ' scope link' : ''}${route.source === undefined ? '' : `  src ${route.source}`} \n`;
    })
    .join('');
}

function addressesText(network: Network, from: Origin): string {
  const interfaces = network.state.namespaces.get(from.namespace)?.interfaces.values() ?? [];
  return [...interfaces]
    .map((item) => {
      const loopback = item.kind === 'loopback';
      const flags = `${loopback ? 'LOOPBACK' : 'BROADCAST,MULTICAST'}${item.up ? ',UP,LOWER_UP' : ''}`;
      const peer = item.kind === 'veth' ? `${item.name}@if${item.index + 1}` : item.name;
      const link = loopback
        ? 'link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00'
        : `link/ether ${item.mac} brd ff:ff:ff:ff:ff:ff`;
      const addresses = item.addresses.map(
        ({ address, prefix_length }) =>
          `    inet ${address}/${prefix_length} scope ${loopback ? 'host' : 'global'} ${item.name}\n       valid_lft forever preferred_lft forever\n`,
      );
      return `${item.index}: ${peer}: <${flags}> mtu ${item.mtu} qdisc noqueue ${item.up ? 'state UP' : 'state DOWN'} qlen 1000\n    ${link}\n${addresses.join('')}`;
    })
    .join('');
}
