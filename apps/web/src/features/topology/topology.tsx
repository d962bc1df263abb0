'use client';
import { useElementSize } from '@mantine/hooks';
import type { HopLocation } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useMemo, useState, type ReactNode } from 'react';
import { EmptyMessage } from '../../components/ui/empty-message';
import { useClusterState, useObjects } from '../../lib/cluster-context';
import { nameKey, type ObjectAddress } from '../../lib/kube-object';
import { EndpointLines } from './endpoint-lines';
import { layoutScene } from './layout';
import { locator, type Locate } from './locate';
import { PictureCards } from './picture-cards';
import { buildScene, type SceneFilter } from './scene';
import styles from './topology.module.css';
import { TopologyBar } from './topology-bar';
import { Wires } from './wires';

/** What a request ran through: its places, in order, and the Services whose rules it met (`namespace/name`). */
export interface Emphasis {
  route: readonly HopLocation[];
  services: ReadonlySet<string>;
}

interface TopologyProps {
  selected: ObjectAddress | null;
  onSelect: (address: ObjectAddress) => void;
  emphasis: Emphasis;
  cloudEnabled: boolean;
  barExtra?: ReactNode;
  /** Drawn over the picture, with the place of each hop. */
  children?: (locate: Locate) => ReactNode;
}

const PODS_PER_ROOM = 8;

export function Topology({ selected, onSelect, emphasis, cloudEnabled, barExtra, children }: TopologyProps) {
  const t = useTranslations('topology');
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const [filter, setFilter] = useState<SceneFilter>({ namespace: null, system: false });
  const nodes = useObjects('Node');
  const pods = useObjects('Pod');
  const services = useObjects('Service');
  const endpointSlices = useObjects('EndpointSlice');
  const known = useClusterState((state) => state.resourceVersion !== null);
  const scene = useMemo(
    () =>
      buildScene(
        {
          nodes: nodes.values(),
          pods: pods.values(),
          services: services.values(),
          endpointSlices: endpointSlices.values(),
        },
        filter,
      ),
    [nodes, pods, services, endpointSlices, filter],
  );
  const layout = useMemo(() => {
    const ofRoute = emphasis.route.filter(({ kind }) => kind === 'Pod');
    const apart = new Set(ofRoute.map(({ namespace, name }) => nameKey(namespace, name)));
    return width === 0
      ? null
      : layoutScene(scene, { width: Math.max(width, 320), height, podsPerRoom: PODS_PER_ROOM, apart });
  }, [scene, width, height, emphasis.route]);
  const locate = useMemo(() => layout && locator(scene, layout), [scene, layout]);
  const lit = useMemo(
    () => new Set(emphasis.route.flatMap((where) => locate?.(where)?.id ?? [])),
    [emphasis.route, locate],
  );
  const [hovered, setHovered] = useState<string | null>(null);
  return (
    <section className={styles.topology} aria-label={t('title')}>
      <TopologyBar filter={filter} onFilter={setFilter} extra={barExtra} />
      <div ref={ref} className={styles.frame} data-scroller>
        {known && nodes.size === 0 && <EmptyMessage icon="node" title={t('noNodes')} />}
        {layout && known && nodes.size > 0 && (
          <div className={styles.picture} style={{ height: layout.height }} data-roomy={layout.roomy}>
            <svg
              className={styles.lines}
              width={layout.width}
              height={layout.height}
              aria-hidden
              focusable="false"
            >
              <Wires wires={layout.wires} />
              <EndpointLines scene={scene} layout={layout} emphasis={emphasis.services} hovered={hovered} />
            </svg>
            <PictureCards
              scene={scene}
              layout={layout}
              selected={selected}
              onSelect={onSelect}
              onHover={setHovered}
              lit={lit}
              services={emphasis.services}
              cloudEnabled={cloudEnabled}
            />
            {locate && children?.(locate)}
          </div>
        )}
      </div>
    </section>
  );
}
