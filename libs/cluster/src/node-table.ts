import { newNotFound } from '@podlab/apimachinery';
import type { NodeTableName } from '@podlab/contracts';
import type { Network, TableName } from '@podlab/netstack';

const TABLES: readonly TableName[] = ['raw', 'mangle', 'nat', 'filter'];

/** A table of a node as its Linux tool prints it. Throws NotFound for a node that has no namespace. */
export function nodeTableText(network: Network, node: string, table: NodeTableName): string {
  const namespace = namespaceOf(network, node);
  switch (table) {
    case 'iptables':
      return network.iptables(namespace).render();
    case 'conntrack':
      return network.conntrack(namespace).render();
    case 'routes':
      return network.renderRoutes(namespace);
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
      return TABLES.flatMap((name) => chainRows(network, namespace, name));
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

function chainRows(network: Network, namespace: string, table: TableName): Record<string, unknown>[] {
  const iptables = network.iptables(namespace);
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

function namespaceOf(network: Network, node: string): string {
  const namespace = `node/${node}`;
  if (!network.hasNamespace(namespace)) throw newNotFound('nodes', node);
  return namespace;
}
