'use client';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { EmptyMessage } from '../../components/ui/empty-message';
import { heatRows, isAt, sameSpot, type HeatCell, type Spot } from './heat-rows';
import { useFailureWords, useNameOf } from './use-words';
import { useWallState } from './wall-context';
import styles from './wall.module.css';

/** Where requests of the class fail and why; a field of it says who is there now. */
export function HeatMap({
  spot,
  onSpot,
  onOpen,
}: {
  spot: Spot | null;
  onSpot: (spot: Spot | null) => void;
  onOpen: (person: string) => void;
}) {
  const t = useTranslations('wall');
  const words = useFailureWords();
  const heat = useWallState((state) => state.heat);
  const { places, rows } = useMemo(() => heatRows(heat), [heat]);
  if (rows.length === 0)
    return (
      <EmptyMessage icon="check" title={t('noHeat')}>
        {t('noHeatHint')}
      </EmptyMessage>
    );
  return (
    <div className={styles.heatSide}>
      <div className={styles.heatFrame} role="region" aria-label={t('heat')} tabIndex={0}>
        <table className={styles.heat}>
          <caption>{t('heatCaption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('why')}</th>
              {places.map((place) => (
                <th key={place} scope="col">
                  {words.place(place)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, cause, cells }) => (
              <tr key={key}>
                <th scope="row">
                  {words.cause(cause)}
                  {cause.code && <small>{cause.code}</small>}
                </th>
                {places.map((place) => (
                  <td key={place} data-label={words.place(place)}>
                    <Cell cell={cells.get(place)} spot={spot} onSpot={onSpot} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {spot && <WhoIsThere spot={spot} onOpen={onOpen} />}
    </div>
  );
}

function Cell({
  cell,
  spot,
  onSpot,
}: {
  cell: HeatCell | undefined;
  spot: Spot | null;
  onSpot: (spot: Spot | null) => void;
}) {
  const t = useTranslations('wall');
  if (!cell) return <span className={styles.noHeat}>–</span>;
  const chosen = sameSpot(spot, cell.spot);
  return (
    <button
      type="button"
      className={styles.cell}
      data-level={cell.level}
      aria-pressed={chosen}
      onClick={() => onSpot(chosen ? null : cell.spot)}
    >
      <b>{t('people', { count: cell.people })}</b>
      <span>{t('times', { count: cell.count })}</span>
    </button>
  );
}

function WhoIsThere({ spot, onOpen }: { spot: Spot; onOpen: (person: string) => void }) {
  const t = useTranslations('wall');
  const words = useFailureWords();
  const nameOf = useNameOf();
  const tiles = useWallState((state) => state.tiles);
  const order = useWallState((state) => state.order);
  const there = order.flatMap((person) => {
    const tile = tiles.get(person);
    return tile && isAt(tile, spot) ? tile : [];
  });
  return (
    <section className={styles.who} aria-labelledby="who-is-there">
      <h2 id="who-is-there">{t('who')}</h2>
      <p>
        {words.cause(spot)} · {words.place(spot.where)}
      </p>
      {there.length === 0 && <p>{t('nobodyNow')}</p>}
      <ul>
        {there.map((tile) => (
          <li key={tile.person.id}>
            <button type="button" onClick={() => onOpen(tile.person.id)}>
              {nameOf(tile)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
