import type { Node } from '@podlab/api';
import type { ComponentContext } from '@podlab/client';
import { utf8Decode, utf8Encode } from '@podlab/kernel';
import { familyOfText, formatEndpoint, type Network } from '@podlab/netstack';
import { balancerNamespace } from './load-balancer-network';
import type { Backend } from './load-balancer-network';
import { addressesOfNode } from './node-predicates';
import type { LoadBalancer, NodeHealth } from './settings';

/**
 * How long results must differ until a load balancer acts on them: two checks in a row, five seconds apart. Checks that
 * go as before make no event: a node is looked at when something about it may have changed.
 */
export const HEALTH_TURN_MS = 10_000;
const CHECK_TIMEOUT_MS = 2_000;

/** Asks nodes whether they take packets of a load balancer, by real connections from the load balancer's namespace. */
export class HealthMonitor {
  constructor(
    private readonly context: ComponentContext,
    private readonly network: Network,
    private readonly node: (name: string) => Node | undefined,
  ) {}

  /**
   * Checks every host. The result for a host that is new, or of a load balancer that is new, counts at once, others
   * when they stand for {@link HEALTH_TURN_MS}.
   */
  checkAll(balancer: LoadBalancer): void {
    const hosts = new Set(balancer.hosts);
    for (const [name, health] of balancer.health) {
      if (hosts.has(name)) continue;
      this.forgetTurn(health);
      balancer.health.delete(name);
    }
    for (const host of balancer.hosts) this.check(balancer, host);
  }

  /** The time of a result that differed has come: it counts if it still does. True when the host turned. */
  turn(balancer: LoadBalancer, host: string): boolean {
    const health = balancer.health.get(host);
    if (!health) return false;
    delete health.entry;
    const result = this.probe(balancer, host);
    const turned = result.healthy !== health.healthy;
    Object.assign(health, result);
    return turned;
  }

  forget(balancer: LoadBalancer): void {
    for (const health of balancer.health.values()) this.forgetTurn(health);
    balancer.health.clear();
  }

  /** The hosts that take packets, in the order of hosts. */
  backends(balancer: LoadBalancer): Backend[] {
    return balancer.hosts.flatMap((name) => {
      const node = this.node(name);
      const addresses = node ? addressesOfNode(node) : [];
      return addresses.length > 0 && balancer.health.get(name)?.healthy ? [{ node: name, addresses }] : [];
    });
  }

  private check(balancer: LoadBalancer, host: string): void {
    const result = this.probe(balancer, host);
    const known = balancer.health.get(host);
    if (!known || !balancer.settled) {
      if (known) this.forgetTurn(known);
      balancer.health.set(host, result);
    } else if (result.healthy === known.healthy) {
      this.forgetTurn(known);
      known.reason = result.reason;
    } else known.entry ??= this.context.schedule(HEALTH_TURN_MS, 'turn', [balancer.service, host]);
  }

  private forgetTurn(health: NodeHealth): void {
    if (health.entry) this.context.cancel(health.entry);
    delete health.entry;
  }

  private probe({ id, check, address }: LoadBalancer, host: string): NodeHealth {
    const node = this.node(host);
    const family = familyOfText(address);
    const addresses = node ? addressesOfNode(node) : [];
    const destination = addresses.find((each) => familyOfText(each) === family);
    if (destination === undefined) return { healthy: false, reason: 'NoAddress' };
    const { connection, disposition } = this.network.connect(balancerNamespace(id), {
      protocol: 'TCP',
      destination,
      port: check.port,
      timeout_ms: CHECK_TIMEOUT_MS,
    });
    if (!connection) return { healthy: false, reason: disposition };
    connection.send(
      utf8Encode(
        `GET ${check.path} HTTP/1.1\r\nHost: ${formatEndpoint(destination, check.port)}\r\nConnection: close\r\n\r\n`,
      ),
    );
    const answer = connection.receive().map(utf8Decode).join('');
    connection.close();
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1];
    if (status === undefined) return { healthy: false, reason: 'TimedOut' };
    return { healthy: status === '200', reason: `HTTP ${status}` };
  }
}
