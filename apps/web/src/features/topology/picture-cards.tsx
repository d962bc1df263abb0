'use client';
import { useTranslations } from 'next-intl';
import type { CSSProperties, ReactNode } from 'react';
import { Icon } from '../../components/ui/icon';
import type { Box } from '../../lib/geometry';
import { type ObjectAddress, sameAddress } from '../../lib/kube-object';
import { useBrokenNodes } from '../../lib/use-faults';
import {
  balancerId,
  CLUSTER,
  CONTROL,
  DNS,
  type Layout,
  nodeId,
  OUTSIDE,
  serviceId,
  SERVICES,
  WAITING,
} from './drawing';
import { BalancerCard, OutsideCard } from './outside-cards';
import { TenantCard } from './pod-card';
import type { Scene } from './scene';
import { ServiceCard } from './service-card';
import styles from './topology.module.css';

interface PictureCardsProps {
  scene: Scene;
  layout: Layout;
  selected: ObjectAddress | null;
  onSelect: (address: ObjectAddress) => void;
  onHover: (key: string | null) => void;
  lit: ReadonlySet<string>;
  services: ReadonlySet<string>;
  cloudEnabled: boolean;
}

const at = (box: Box): CSSProperties => ({ left: box.x, top: box.y, width: box.width, height: box.height });

function Place({ layout, id, children }: { layout: Layout; id: string; children: ReactNode }) {
  const box = layout.boxes.get(id);
  return (
    box && (
      <div className={styles.place} style={at(box)} data-place={id}>
        {children}
      </div>
    )
  );
}

/** Everything of the picture that can be read and pressed, in reading order: outside, Services, rooms, pods. */
export function PictureCards(props: PictureCardsProps) {
  const { layout, lit, selected, onSelect, onHover } = props;
  return (
    <>
      <OutsidePlaces {...props} />
      <div className={styles.cluster} style={at(layout.boxes.get(CLUSTER)!)} />
      <ServicePlaces {...props} />
      <Rooms {...props} />
      <ControlPlaces {...props} />
      {layout.tenants.map((tenant) => (
        <Place key={tenant.id} layout={layout} id={tenant.id}>
          <TenantCard
            tenant={tenant}
            lit={lit.has(tenant.id)}
            selected={selected}
            onSelect={onSelect}
            onHover={onHover}
          />
        </Place>
      ))}
    </>
  );
}

const serviceAddress = ({ namespace, name }: { namespace: string; name: string }): ObjectAddress => ({
  kind: 'Service',
  namespace,
  name,
});

function OutsidePlaces({ scene, layout, lit, selected, onSelect, cloudEnabled }: PictureCardsProps) {
  const t = useTranslations('topology');
  return (
    <>
      <span className={styles.zone} style={{ left: 18, top: 8 }}>
        {t('outside')}
      </span>
      <Place layout={layout} id={OUTSIDE}>
        <OutsideCard
          lit={lit.has(OUTSIDE)}
          family={scene.nodes[0]?.address.includes(':') ? 'IPv6' : 'IPv4'}
        />
      </Place>
      {scene.services
        .filter((service) => service.balancer !== null)
        .map((service) => (
          <Place key={service.key} layout={layout} id={balancerId(service.key)}>
            <BalancerCard
              service={service}
              cloudEnabled={cloudEnabled}
              lit={lit.has(balancerId(service.key))}
              selected={sameAddress(selected, serviceAddress(service))}
              onSelect={() => onSelect(serviceAddress(service))}
            />
          </Place>
        ))}
    </>
  );
}

function ServicePlaces({ scene, layout, services, selected, onSelect, onHover }: PictureCardsProps) {
  const t = useTranslations('topology');
  const band = layout.boxes.get(SERVICES)!;
  return (
    <>
      <div className={styles.band} style={at(band)}>
        <span className={styles.zoneInline}>{t('services')}</span>
        <span className={styles.hint}>{t('servicesHint')}</span>
      </div>
      {scene.services.length === 0 && (
        <p className={styles.none} style={{ left: band.x, top: band.y + 35, width: band.width }}>
          {t('noServices')}
        </p>
      )}
      {scene.services.map((service) => (
        <Place key={service.key} layout={layout} id={serviceId(service.key)}>
          <ServiceCard
            service={service}
            lit={services.has(service.key)}
            onHover={onHover}
            selected={sameAddress(selected, serviceAddress(service))}
            onSelect={() => onSelect(serviceAddress(service))}
          />
        </Place>
      ))}
    </>
  );
}

function Rooms({ scene, layout, lit, selected, onSelect }: PictureCardsProps) {
  const t = useTranslations('topology');
  const faults = useTranslations('faults');
  const broken = useBrokenNodes();
  return scene.nodes.map((node) => (
    <Place key={node.name} layout={layout} id={nodeId(node.name)}>
      <button
        type="button"
        className={styles.room}
        data-ready={node.ready}
        data-lit={lit.has(nodeId(node.name))}
        aria-pressed={sameAddress(selected, { kind: 'Node', name: node.name })}
        onClick={() => onSelect({ kind: 'Node', name: node.name })}
        aria-label={t('nodeLabel', { name: node.name, address: node.address, pods: node.pods.length })}
      >
        <span className={styles.roomHead}>
          <Icon name={node.ready && !broken.has(node.name) ? 'node' : 'warning'} size={20} />
          <span className={styles.roomName}>{node.name}</span>
          {!node.ready && <span className={styles.notReady}>{t('nodeNotReady')}</span>}
          {broken.get(node.name)?.map((kind) => (
            <span key={kind} className={styles.notReady}>
              {faults(`name.${kind}`)}
            </span>
          ))}
          <span className={styles.roomAddress}>{node.address}</span>
        </span>
        {node.pods.length === 0 && <span className={styles.roomEmpty}>{t('noPods')}</span>}
      </button>
    </Place>
  ));
}

function ControlPlaces({ scene, layout, lit }: PictureCardsProps) {
  const t = useTranslations('topology');
  return (
    <>
      <Place layout={layout} id={CONTROL}>
        <div className={styles.control}>
          <span className={styles.zoneInline}>{t('controlPlane')}</span>
          <span className={styles.controlParts}>{t('controlParts')}</span>
        </div>
      </Place>
      <Place layout={layout} id={WAITING}>
        <div className={styles.waiting}>
          {scene.waiting.length === 0 ? t('noneWaiting') : t('waiting', { count: scene.waiting.length })}
        </div>
      </Place>
      <Place layout={layout} id={DNS}>
        <div className={styles.dns} data-lit={lit.has(DNS)}>
          <b>CoreDNS</b>
          <span>{scene.dns?.address ?? t('none')}</span>
        </div>
      </Place>
    </>
  );
}
