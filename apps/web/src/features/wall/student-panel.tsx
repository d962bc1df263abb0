'use client';
import { Button, Drawer } from '@mantine/core';
import type { WallTile } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Ago, Lasting } from '../../components/ui/ago';
import { ConfirmButton } from '../../components/ui/confirm-button';
import { DispositionBadge } from '../../components/ui/disposition-badge';
import { Icon } from '../../components/ui/icon';
import { useBroadcast, watchPath } from './broadcast';
import { MessageButton } from './message-button';
import { Repair } from './repair';
import { useFailureWords, useNameOf } from './use-words';
import { useTile, useWall } from './wall-context';
import styles from './wall.module.css';

/** One student: where she stands, and what one can do for her. */
export function StudentPanel({ person, onClose }: { person: string | null; onClose: () => void }) {
  const common = useTranslations('common');
  const tile = useTile(person);
  const nameOf = useNameOf();
  return (
    <Drawer
      opened={tile !== undefined}
      onClose={onClose}
      position="right"
      size="md"
      title={tile && <b className={styles.panelName}>{nameOf(tile)}</b>}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      {tile && (
        <div className={styles.panel}>
          <HandNote tile={tile} />
          <WaysIn tile={tile} />
          <PanelSteps tile={tile} />
          <PanelFailing tile={tile} />
          {tile.cluster !== null && <Repair cluster={tile.cluster} name={nameOf(tile)} />}
        </div>
      )}
    </Drawer>
  );
}

function HandNote({ tile: { hand } }: { tile: WallTile }) {
  const t = useTranslations('wall');
  const { projector } = useWall();
  if (!hand) return null;
  return (
    <p className={styles.handNote}>
      <Icon name="hand" /> <b>{t('need.hand')}</b> <Lasting since={hand.raised_at} />
      {hand.note && !projector && <span>{hand.note}</span>}
    </p>
  );
}

function WaysIn({ tile }: { tile: WallTile }) {
  const t = useTranslations('wall.panel');
  const { room } = useWall();
  const nameOf = useNameOf();
  const broadcast = useBroadcast();
  const { cluster } = tile;
  return (
    <div className={styles.waysIn}>
      {cluster !== null && (
        <>
          <Button
            component={Link}
            href={watchPath(cluster, room.id)}
            leftSection={<Icon name="eye" size={18} />}
          >
            {t('look')}
          </Button>
          <Button
            component={Link}
            href={`/cluster?id=${encodeURIComponent(cluster)}`}
            variant="default"
            leftSection={<Icon name="people" size={18} />}
          >
            {t('together')}
          </Button>
        </>
      )}
      <MessageButton to={{ id: tile.person.id, name: nameOf(tile) }} />
      {cluster !== null && room.role !== 'assistant' && (
        <ConfirmButton
          variant="default"
          leftSection={<Icon name="cast" size={18} />}
          title={t('show')}
          question={t('showQuestion', { name: nameOf(tile) })}
          confirm={t('show')}
          onConfirm={() => broadcast.mutateAsync(cluster)}
        >
          {t('show')}
        </ConfirmButton>
      )}
      {tile.attempt !== null && (
        <Button
          component={Link}
          variant="default"
          href={`/grades?class=${encodeURIComponent(room.id)}&attempt=${encodeURIComponent(tile.attempt)}`}
          leftSection={<Icon name="wait" size={18} />}
        >
          {t('timeline')}
        </Button>
      )}
    </div>
  );
}

function PanelSteps({ tile: { steps, score, max } }: { tile: WallTile }) {
  const t = useTranslations('wall');
  const { titles } = useWall();
  const done = steps.filter((step) => step.done).length;
  return (
    <section aria-labelledby="panel-steps">
      <h3 id="panel-steps">
        {t('stepsDone', { done, all: steps.length })}
        {score !== null && ` · ${t('score', { score, max })}`}
      </h3>
      <ol className={styles.panelSteps}>
        {steps.map((step) => (
          <li key={step.name} data-done={step.done}>
            <Icon name={step.done ? 'check' : 'minus'} size={18} />
            <span>
              {titles.get(step.name) ?? step.name}
              <span className={styles.hidden}> {step.done ? t('stepDone') : t('stepOpen')}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function PanelFailing({ tile: { last_failing: hop, cluster } }: { tile: WallTile }) {
  const t = useTranslations('wall');
  const { room } = useWall();
  const words = useFailureWords();
  if (!hop) return null;
  return (
    <section aria-labelledby="panel-failing" className={styles.panelFailing}>
      <h3 id="panel-failing">
        {t('lastFailing')} <Ago at={hop.at} />
      </h3>
      <p>
        <DispositionBadge disposition={hop.disposition} />
      </p>
      <p>
        <b>{words.cause(hop)}</b> {t('at', { place: words.where(hop) })}
        {hop.code && <small className="mono"> {hop.code}</small>}
      </p>
      {cluster !== null && (
        <Link href={`${watchPath(cluster, room.id)}&request=${encodeURIComponent(hop.request)}`}>
          {t('seeRequest')}
        </Link>
      )}
    </section>
  );
}
