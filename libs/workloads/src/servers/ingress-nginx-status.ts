import type { Ingress, IngressLoadBalancerIngress, Service } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { ComponentContext } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import type { WorkloadsState } from '../container';
import { IngressObjects } from './ingress-nginx-objects';
import { ownIngresses } from './ingress-nginx-routing';
import { ingressSettings } from './ingress-nginx-settings';
import type { IngressSettings } from './ingress-nginx-settings';

/** A controller that runs: its settings and the node of its pod. */
export interface RunningController {
  readonly settings: IngressSettings;
  readonly node: string;
}

/** The controllers among the containers that run. */
export function runningControllers({ containers }: WorkloadsState): RunningController[] {
  return [...containers.values()].flatMap(({ start, finishedAt, servers }) =>
    finishedAt === undefined
      ? [...servers.values()].flatMap(({ kind, settings }) =>
          kind === 'ingress-nginx'
            ? [
                {
                  settings: ingressSettings(JSON.parse(String(settings['words'])) as string[]),
                  node: start.node,
                },
              ]
            : [],
        )
      : [],
  );
}

const QUEUE_KEY = 'ingresses';
const SOURCE = { component: 'nginx-ingress-controller' };
/** Virtual time from a change to the statuses that follow from it. */
const SYNC_DELAY_MS = 1_000;

interface IngressStatusState {
  /** Generation of each Ingress, by uid, that an event told was taken up. */
  taken: Map<string, number>;
}

/**
 * What ingress controllers write into the API: the addresses that lead to them, as the status of their Ingresses, and
 * an event for each Ingress they take up. Models ingress-nginx internal/ingress/status/status.go.
 */
export class IngressStatus {
  private readonly objects: IngressObjects;
  private readonly state: IngressStatusState;

  constructor(
    private readonly context: ComponentContext,
    private readonly controllers: () => readonly RunningController[],
  ) {
    this.objects = new IngressObjects(context.informers);
    this.state = context.state<IngressStatusState>('ingress-status', () => ({ taken: new Map() }));
    const queue = context.workQueue('ingress-status', () => this.sync(), { delayMs: SYNC_DELAY_MS });
    const see = () => {
      if (this.objects.ingresses().length > 0) queue.add(QUEUE_KEY);
    };
    const { ingressInformer, classInformer, serviceInformer, sliceInformer } = this.objects;
    const onDelete = ({ metadata }: Ingress) => this.state.taken.delete(metadata.uid ?? '');
    ingressInformer.addHandlers({ onAdd: see, onUpdate: see, onDelete });
    classInformer.addHandlers({ onAdd: see, onUpdate: see });
    serviceInformer.addHandlers({ onUpdate: see });
    sliceInformer.addHandlers({ onAdd: see, onUpdate: see });
  }

  private sync(): void {
    const done = new Set<string>();
    for (const { settings, node } of this.controllers()) {
      const addresses = this.addressesOf(settings, node);
      for (const ingress of ownIngresses(settings, this.objects)) {
        const key = objectKey(ingress);
        if (done.has(key)) continue;
        done.add(key);
        this.take(ingress);
        this.write(ingress, addresses);
      }
    }
  }

  private take(ingress: Ingress): void {
    const { uid = '', generation = 1 } = ingress.metadata;
    if (this.state.taken.get(uid) === generation) return;
    this.state.taken.set(uid, generation);
    this.context.recorder.event(ingress, 'Normal', 'Sync', 'Scheduled for sync', SOURCE);
  }

  private write(ingress: Ingress, addresses: readonly IngressLoadBalancerIngress[]): void {
    const loadBalancer = addresses.length === 0 ? {} : { ingress: [...addresses] };
    if (equalJson(ingress.status?.loadBalancer ?? {}, loadBalancer)) return;
    this.context.client.updateStatus('ingresses.networking.k8s.io', { ...ingress, status: { loadBalancer } });
  }

  private addressesOf({ publishService }: IngressSettings, node: string): IngressLoadBalancerIngress[] {
    if (publishService !== '') {
      const service = this.objects.service(publishService);
      return service ? addressesOfService(service) : [];
    }
    const addresses = this.objects.node(node)?.status?.addresses ?? [];
    const ip = ['ExternalIP', 'InternalIP']
      .map((wanted) => addresses.find(({ type }) => type === wanted)?.address)
      .find((address) => address !== undefined);
    return ip === undefined ? [] : [{ ip }];
  }
}

/** Models ingress-nginx status.go statusAddressFromService. */
function addressesOfService({ spec, status }: Service): IngressLoadBalancerIngress[] {
  const external = (spec.externalIPs ?? []).map((ip) => ({ ip }));
  switch (spec.type) {
    case 'ExternalName':
      return [{ hostname: spec.externalName ?? '' }];
    case 'NodePort':
      return external.length > 0 ? external : [{ ip: spec.clusterIP ?? '' }];
    case 'LoadBalancer': {
      const own = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) =>
        ip === undefined ? { hostname: hostname ?? '' } : { ip },
      );
      return [...own, ...external];
    }
    default:
      return [{ ip: spec.clusterIP ?? '' }];
  }
}
