'use client';
import type { PacketAddresses, Step } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { changedEnds, destinationText, type Frame, sourceText, tellingSteps } from './frames';
import styles from './player.module.css';
import { useHopName, useStepText } from './use-step-text';

/** The present hop in large type: what became of the packet's addresses, and each step in a sentence. */
export function HopCloseUp({ frame, count }: { frame: Frame; count: number }) {
  const t = useTranslations('journey');
  const text = useStepText();
  const hopName = useHopName();
  const { source, destination } = changedEnds(frame.before, frame.after);
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
      <ol className={styles.steps} aria-label={t('steps')} tabIndex={0}>
        {tellingSteps(frame).map((step, index) => (
          <li key={index} data-action={step.action}>
            <span className={styles.stepType}>{text.type(step)}</span>
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
