import type { Namespace, NetworkPolicy, Node, Pod } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer } from '@podlab/client';
import type { Network, PacketQueue, QueuedPacket, QueueNote, QueueVerdict } from '@podlab/netstack';
import { NETWORK_POLICY_HANDLER } from './decision';
import type { PolicyDirection } from './decision';
import { PolicyEngine } from './engine';

const NODE_PREFIX = 'node/';
/** Virtual time from the first policy to the queues on the nodes, and from the last one to their end. */
const SYNC_DELAY_MS = 100;
const SYNC_KEY = 'queues';
/** After the translation of destinations and before that of sources. Models sigs.k8s.io/kube-network-policies `srcnat - 5`. */
const QUEUE: PacketQueue = { hook: 'POSTROUTING', priority: 95, handler: NETWORK_POLICY_HANDLER };
const ACCEPTED: QueueVerdict = { accepted: true, notes: [] };

interface Watched {
  readonly policies: Informer<NetworkPolicy>;
  readonly pods: Informer<Pod>;
  readonly namespaces: Informer<Namespace>;
  readonly nodes: Informer<Node>;
}

/**
 * The policy agents of all nodes in one. While there is a policy, the packets that begin a flow are queued on every
 * node; each node judges for its own pods what they send and what comes to them. Flows that are established go on.
 * Models sigs.k8s.io/kube-network-policies pkg/dataplane and pkg/networkpolicy.
 */
export function createNetworkPolicy(network: Network): ComponentFactory {
  return (context) => {
    const watched = watchedObjects(context);
    const { policies, nodes } = watched;
    const cache = new EngineCache(watched);
    const queue = context.workQueue('sync', sync, { delayMs: SYNC_DELAY_MS });
    network.queueHandlers.set(NETWORK_POLICY_HANDLER, {
      judge: (packet) => judge(packet, cache),
    });

    function sync(): void {
      const wanted = policies.list().length > 0;
      for (const { metadata } of nodes.list()) {
        const namespace = NODE_PREFIX + metadata.name;
        if (!network.hasNamespace(namespace) || isQueued(network, namespace) === wanted) continue;
        const others = network.queues(namespace).filter(({ handler }) => handler !== NETWORK_POLICY_HANDLER);
        network.setQueues(namespace, wanted ? [...others, QUEUE] : others);
      }
    }

    const seeNode = ({ metadata }: Node): void => {
      if (!cache.active || isQueued(network, NODE_PREFIX + metadata.name)) return;
      queue.add(SYNC_KEY);
    };
    cache.watch(() => queue.add(SYNC_KEY));
    nodes.addHandlers({ onAdd: seeNode, onUpdate: seeNode });
    return { name: context.name };
  };
}

function watchedObjects({ informers }: ComponentContext): Watched {
  return {
    policies: informers.for<NetworkPolicy>('networkpolicies.networking.k8s.io'),
    pods: informers.for<Pod>('pods'),
    namespaces: informers.for<Namespace>('namespaces'),
    nodes: informers.for<Node>('nodes'),
  };
}

function isQueued(network: Network, namespace: string): boolean {
  return (
    network.hasNamespace(namespace) &&
    network.queues(namespace).some(({ handler }) => handler === NETWORK_POLICY_HANDLER)
  );
}

/**
 * What the node's agent says of a packet. Packets of the node itself have no interface they came in by: traffic
 * between a pod and its own node is always allowed.
 */
function judge(packet: QueuedPacket, cache: EngineCache): QueueVerdict {
  if (packet.in_interface === undefined) return ACCEPTED;
  const engine = cache.engine();
  const node = packet.namespace.slice(NODE_PREFIX.length);
  const notes: QueueNote[] = [];
  for (const direction of DIRECTIONS) {
    const pod = engine.podAt(direction === 'Egress' ? packet.source : packet.destination);
    const decision = pod?.node === node ? engine.decide(direction, packet) : undefined;
    if (decision === undefined) continue;
    notes.push({ accepted: decision.allowed, data: decision });
    if (!decision.allowed) return { accepted: false, notes };
  }
  return notes.length === 0 ? ACCEPTED : { accepted: true, notes };
}

const DIRECTIONS: readonly PolicyDirection[] = ['Egress', 'Ingress'];

/** The engine over what the API holds: made when the first packet is judged, kept up with every change, dropped with the last policy. */
class EngineCache {
  private made: PolicyEngine | undefined;

  constructor(private readonly watched: Watched) {}

  /** Whether there is any policy. */
  get active(): boolean {
    return this.watched.policies.list().length > 0;
  }

  engine(): PolicyEngine {
    if (!this.made) {
      const { policies, pods, namespaces } = this.watched;
      const engine = new PolicyEngine();
      for (const policy of policies.list()) engine.setPolicy(policy);
      for (const namespace of namespaces.list()) engine.setNamespace(namespace);
      for (const pod of pods.list()) engine.setPod(pod);
      this.made = engine;
    }
    return this.made;
  }

  /** Keeps the engine up with the API; `turned` hears when policies begin or end to be there at all. */
  watch(turned: () => void): void {
    const { policies, pods, namespaces } = this.watched;
    const set = (policy: NetworkPolicy) => this.made?.setPolicy(policy);
    policies.addHandlers({
      onAdd(policy) {
        set(policy);
        if (policies.list().length === 1) turned();
      },
      onUpdate: set,
      onDelete: ({ metadata: { namespace = '', name } }) => {
        this.made?.removePolicy(namespace, name);
        if (this.active) return;
        this.made = undefined;
        turned();
      },
    });
    const setPod = (pod: Pod) => this.made?.setPod(pod);
    const removePod = (pod: Pod) => this.made?.removePod(objectKey(pod));
    pods.addHandlers({ onAdd: setPod, onUpdate: setPod, onDelete: removePod });
    const setNamespace = (namespace: Namespace) => this.made?.setNamespace(namespace);
    namespaces.addHandlers({
      onAdd: setNamespace,
      onUpdate: setNamespace,
      onDelete: ({ metadata }) => this.made?.removeNamespace(metadata.name),
    });
  }
}
