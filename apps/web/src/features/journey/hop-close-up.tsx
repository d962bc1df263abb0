'use client';
import type { PacketAddresses, Step } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { Icon } from '../../components/ui/icon';
import { Term } from '../../components/ui/term';
import { changedEnds, destinationText, type Frame, sourceText, tellingSteps } from './frames';
import styles from './player.module.css';
import { useHopName, useStepText } from './use-step-text';

/** The present hop in large type: what became of the packet's addresses, and each step in a sentence. */
export function HopCloseUp({ frame, count }: { frame: Frame; count: number }) {
  const t = useTranslations('journey');
  const text = useStepText();
  const hopName = useHopName();
  const { source, destination } = changedEnds(frame.before, frame.after);
  const steps = useRef<HTMLOListElement>(null);
  useEffect(() => showKeyStep(steps.current), [frame]);
  return (
    <div className={styles.closeUp} data-direction={frame.direction}>
      <p className={styles.where} aria-live="polite">
        <span>{t('hopOf', { index: frame.index + 1, count })}</span>
        <b>{hopName(frame.where)}</b>
        <span className={styles.direction}>
          <Icon name="arrow" size={16} />
          {t(`direction.${frame.direction}`)}
        </span>
        {(source || destination) && (
          <span className={styles.rewritten}>
            {t(source && destination ? 'bothRewritten' : destination ? 'dnat' : 'snat')}
          </span>
        )}
        {frame.tunnel && (
          <span className={styles.tunnel}>
            {t('tunnel')} <code>{`${sourceText(frame.tunnel)} → ${destinationText(frame.tunnel)}`}</code>
          </span>
        )}
        {frame.failure && (
          <span className={styles.ended}>
            <Icon name="blocked" size={18} />
            {text.action(frame.failure)}
          </span>
        )}
      </p>
      <PacketLine before={frame.before} after={frame.after} />
      <ol ref={steps} className={styles.steps} aria-label={t('steps')} tabIndex={0}>
        {tellingSteps(frame).map((step, index) => (
          <li key={index} data-action={step.action}>
            <span className={styles.stepType}>
              <Term meaning={text.about(step)}>{text.type(step)}</Term>
            </span>
            <span className={styles.stepText}>
              {step.message.text}
              {step.rule && decides(step) && <code className={styles.rule}>{step.rule.text}</code>}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Of a hop of many steps the one that changed the packet or ended it is in sight. */
function showKeyStep(list: HTMLElement | null): void {
  const key = list?.querySelector<HTMLElement>(
    '[data-action=Dropped], [data-action=Rejected], [data-action=Translated]',
  );
  if (!list) return;
  const lower = key ? key.offsetTop + key.offsetHeight + 14 : 0;
  list.scrollTop = Math.min(Math.max(0, lower - list.clientHeight), key?.offsetTop ?? 0);
}

/** The rule is shown where it changed the packet or ended it; the table shows every one. */
const decides = ({ action }: Step): boolean => action !== 'Forwarded';

/** One line: each end as it was, struck out where it was rewritten, and what stands there now. */
function PacketLine({ before, after }: { before: PacketAddresses | null; after: PacketAddresses | null }) {
  const t = useTranslations('journey');
  const packet = before ?? after;
  if (!packet) return <p className={styles.noPacket}>{t('noPacket')}</p>;
  const changed = changedEnds(before, after);
  const end = (was: string, is: string | false) => (
    <span className={styles.end}>
      {is === false ? (
        was
      ) : (
        <>
          <s>{was}</s> <mark>{is}</mark>
        </>
      )}
    </span>
  );
  return (
    <p className={styles.line} data-both={changed.source && changed.destination}>
      <span className={styles.protocol}>{packet.protocol}</span>
      {end(sourceText(packet), changed.source && after !== null && sourceText(after))}
      <i aria-label={t('to')} role="img">
        →
      </i>
      {end(destinationText(packet), changed.destination && after !== null && destinationText(after))}
    </p>
  );
}
