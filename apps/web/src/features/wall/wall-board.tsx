'use client';
import { Button, NativeSelect, SegmentedControl, Switch, TextInput } from '@mantine/core';
import type { AssignedLab } from '@podlab/contracts';
import { useLocale, useTranslations } from 'next-intl';
import { useCallback, useState } from 'react';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import type { Locale } from '../../lib/choose-locale';
import { usePageQuery } from '../../lib/page-query';
import { BroadcastBanner, BroadcastMenu } from './broadcast';
import { Hands } from './hands';
import { HeatMap } from './heat-map';
import type { Spot } from './heat-rows';
import { MessageButton } from './message-button';
import { StudentPanel } from './student-panel';
import { SIGNS } from './tile';
import { Tiles } from './tiles';
import { placeName } from './use-words';
import { useWall, useWallState } from './wall-context';
import { NEEDS, needOf, type Need, type WallState } from './wall-state';
import styles from './wall.module.css';

type View = 'tiles' | 'heat';

/** The wall of one lab: where everybody stands, or where it hurts. */
export function WallBoard({ labs }: { labs: readonly AssignedLab[] }) {
  const { query, setQuery } = usePageQuery();
  const { projector } = useWall();
  const [person, setPerson] = useState<string | null>(null);
  const [need, setNeed] = useState<Need | null>(null);
  const [find, setFind] = useState('');
  const [spot, setSpot] = useState<Spot | null>(null);
  const view: View = query.get('view') === 'heat' ? 'heat' : 'tiles';
  const open = useCallback((id: string) => setPerson(id), []);
  const close = useCallback(() => setPerson(null), []);
  const wanted = projector ? '' : find.trim().toLowerCase();
  const shown = ({ tiles }: WallState, id: string): boolean => {
    const tile = tiles.get(id);
    if (!tile || (need !== null && needOf(tile) !== need)) return false;
    return placeName(tile).toLowerCase().includes(wanted);
  };
  return (
    <div className={styles.wall} data-projector={projector}>
      <Controls
        labs={labs}
        view={view}
        onView={(next) => setQuery({ view: next === 'heat' ? next : null })}
      />
      <Connection />
      <BroadcastBanner />
      <Hands onOpen={open} />
      {view === 'tiles' ? (
        <>
          <Filters need={need} onNeed={setNeed} find={find} onFind={setFind} />
          <Tiles shown={shown} onOpen={open} />
        </>
      ) : (
        <HeatMap spot={spot} onSpot={setSpot} onOpen={open} />
      )}
      <StudentPanel person={person} onClose={close} />
    </div>
  );
}

function Controls({
  labs,
  view,
  onView,
}: {
  labs: readonly AssignedLab[];
  view: View;
  onView: (view: View) => void;
}) {
  const t = useTranslations('wall');
  const locale = useLocale() as Locale;
  const { lab, projector, room } = useWall();
  const { setQuery } = usePageQuery();
  return (
    <div className={styles.controls}>
      <NativeSelect
        aria-label={t('lab')}
        value={lab.name}
        onChange={(event) => setQuery({ lab: event.currentTarget.value })}
        data={labs.map(({ name, title }) => ({ value: name, label: title[locale] }))}
      />
      <SegmentedControl
        aria-label={t('view')}
        value={view}
        onChange={(value) => onView(value as View)}
        data={[
          { value: 'tiles', label: t('tiles') },
          { value: 'heat', label: t('heat') },
        ]}
      />
      <Switch
        label={t('projector')}
        checked={projector}
        onChange={(event) => setQuery({ projector: event.currentTarget.checked ? '1' : null })}
      />
      <div className={styles.controlsEnd}>
        {room.role !== 'assistant' && <BroadcastMenu />}
        <MessageButton to={null} />
      </div>
    </div>
  );
}

function Connection() {
  const t = useTranslations('wall');
  const connection = useWallState((state) => state.connection);
  const problem = useWallState((state) => state.problem);
  if (problem) return <ProblemAlert error={problem} />;
  if (connection === 'live') return null;
  return (
    <p role="status" className={styles.connection}>
      <Icon name="wait" /> {t(`connection.${connection}`)}
    </p>
  );
}

/** How many are in each state; each narrows the wall to its own. */
function Filters({
  need,
  onNeed,
  find,
  onFind,
}: {
  need: Need | null;
  onNeed: (need: Need | null) => void;
  find: string;
  onFind: (find: string) => void;
}) {
  const t = useTranslations('wall');
  const { projector } = useWall();
  const tiles = useWallState((state) => state.tiles);
  const needs = [...tiles.values()].map(needOf);
  return (
    <div className={styles.filters} role="group" aria-label={t('filter')}>
      <Button
        variant={need === null ? 'filled' : 'default'}
        size="compact-md"
        aria-pressed={need === null}
        onClick={() => onNeed(null)}
      >
        {t('everybody', { count: tiles.size })}
      </Button>
      {NEEDS.map((each) => (
        <Button
          key={each}
          size="compact-md"
          variant={need === each ? 'filled' : 'default'}
          aria-pressed={need === each}
          leftSection={<Icon name={SIGNS[each]} size={16} />}
          onClick={() => onNeed(need === each ? null : each)}
        >
          {t(`need.${each}`)} {needs.filter((found) => found === each).length}
        </Button>
      ))}
      {!projector && (
        <TextInput
          className={styles.find}
          size="sm"
          aria-label={t('find')}
          placeholder={t('find')}
          value={find}
          onChange={(event) => onFind(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
