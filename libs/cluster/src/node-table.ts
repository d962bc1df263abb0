import { newNotFound } from '@podlab/apimachinery';
import type { NodeTableName, ProxyMode } from '@podlab/contracts';
import type { KubeProxy } from '@podlab/kube-proxy';
import type { Iptables, Network, NftTableState, TableName } from '@podlab/netstack';

const TABLES: readonly TableName[] = ['raw', 'mangle', 'nat', 'filter'];

/** A table of a node as its Linux tool prints it. Throws NotFound for a node that has no namespace. */
export function nodeTableText(network: Network, node: string, table: NodeTableName): string {
  const namespace = namespaceOf(network, node);
  switch (table) {
    case 'iptables':
      return network.iptables(namespace).render();
    case 'ip6tables':
      return network.ip6tables(namespace).render();
    case 'nftables':
      return network.nftables(namespace).render();
    case 'conntrack':
      return network.conntrack(namespace).render();
    case 'routes':
      return network.renderRoutes(namespace) + network.renderRoutes(namespace, 'IPv6');
    case 'interfaces':
      return network.renderAddresses(namespace);
  }
}

/** The same as data: one row a rule, connection, route or interface. */
export function nodeTableRows(
  network: Network,
  node: string,
  table: NodeTableName,
): Record<string, unknown>[] {
  const namespace = namespaceOf(network, node);
  switch (table) {
    case 'iptables':
      return TABLES.flatMap((name) => chainRows(network.iptables(namespace), name));
    case 'ip6tables':
      return TABLES.flatMap((name) => chainRows(network.ip6tables(namespace), name));
    case 'nftables':
      return network.nftables(namespace).tables().flatMap(nftRows);
    case 'conntrack':
      return network
        .conntrack(namespace)
        .describe()
        .map((entry) => ({ ...entry }));
    case 'routes':
      return network.routes(namespace).map((route) => ({ ...route }));
    case 'interfaces':
      return [...(network.state.namespaces.get(namespace)?.interfaces.values() ?? [])].map((each) => ({
        ...each,
      }));
  }
}

function chainRows(iptables: Iptables, table: TableName): Record<string, unknown>[] {
  return iptables.chains(table).flatMap((chain) =>
    (iptables.rules(table, chain) ?? []).map(({ matches, target }, index) => ({
      table,
      chain,
      index,
      matches,
      target,
    })),
  );
}

/** The rules of kube-proxy alone as the tools of a mode print them, whatever mode the cluster is in. */
export function nodeRulesText(proxy: KubeProxy, node: string, mode: ProxyMode): string {
  const scratch = proxy.rulesIn(mode, node);
  if (scratch === undefined) throw newNotFound('nodes', node);
  if (mode === 'nftables') return nodeTableText(scratch, node, 'nftables');
  return nodeTableText(scratch, node, 'iptables') + nodeTableText(scratch, node, 'ip6tables');
}

/** Of a table of nftables: a row a rule, and a row an element of its sets and maps. */
function nftRows({ family, name, chains, sets }: NftTableState): Record<string, unknown>[] {
  const table = `${family} ${name}`;
  const rules = [...chains].flatMap(([chain, { base, rules: own }]) =>
    own.map((rule, index) => ({ table, chain, index, ...(base && { base }), ...rule })),
  );
  const elements = [...sets].flatMap(([set, { elements: own }]) =>
    [...own].map(([key, element]) => ({ table, set, key, ...element })),
  );
  return [...rules, ...elements];
}

function namespaceOf(network: Network, node: string): string {
  const namespace = `node/${node}`;
  if (!network.hasNamespace(namespace)) throw newNotFound('nodes', node);
  return namespace;
}
