'use client';
import { SegmentedControl } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { DiagnosisCard } from '../../features/journey/diagnosis-card';
import { JourneyOverlay } from '../../features/journey/journey-overlay';
import { Player } from '../../features/journey/player';
import { TraceTable } from '../../features/journey/trace-table';
import { Topology } from '../../features/topology/topology';
import styles from './cluster-screen.module.css';
import { ConnectionBanner } from './connection-banner';
import type { ClusterScreenState, View } from './use-cluster-screen';

/** The picture or the table, why a request failed, and the player. */
export function Stage({ screen, readOnly = false }: { screen: ClusterScreenState; readOnly?: boolean }) {
  const { cluster, journey, current, request, view, emphasis, selected, select, applyFix, sendAgain } =
    screen;
  const switcher = <ViewSwitch screen={screen} />;
  return (
    <div className={styles.stage} data-journey={journey !== null}>
      <ConnectionBanner />
      <div className={styles.main}>
        {view === 'table' && journey ? (
          <div className={styles.tableView}>
            {switcher}
            <TraceTable frames={journey.frames} index={journey.index} go={journey.go} />
          </div>
        ) : (
          <Topology
            selected={selected}
            onSelect={select}
            emphasis={emphasis}
            cloudEnabled={cluster.cloud.enabled}
            barExtra={switcher}
          >
            {(locate) =>
              journey && (
                <JourneyOverlay
                  frames={journey.frames}
                  index={journey.index}
                  locate={locate}
                  following={journey.playing || journey.index > 0}
                />
              )
            }
          </Topology>
        )}
      </div>
      <ProblemAlert error={request.error} />
      {current?.diagnosis && (
        <div className={styles.why}>
          <DiagnosisCard
            key={current.id}
            diagnosis={current.diagnosis}
            onApply={readOnly ? undefined : applyFix}
            onAgain={readOnly ? undefined : sendAgain}
          />
        </div>
      )}
      {journey && <Player journey={journey} />}
    </div>
  );
}

function ViewSwitch({ screen }: { screen: ClusterScreenState }) {
  const t = useTranslations('cluster');
  return (
    <SegmentedControl
      size="sm"
      aria-label={t('view')}
      value={screen.view}
      onChange={(value) => screen.setView(value as View)}
      data={[
        { value: 'picture', label: t('picture') },
        { value: 'table', label: t('table'), disabled: !screen.journey },
      ]}
    />
  );
}
