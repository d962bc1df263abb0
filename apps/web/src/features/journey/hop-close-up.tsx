'use client';
import type { PacketAddresses } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { Icon } from '../../components/ui/icon';
import { changedEnds, destinationText, type Frame, sourceText } from './frames';
import styles from './player.module.css';
import { useStepText } from './use-step-text';

/** The present hop in large type: the packet as it came, as it left, and each step in a sentence. */
export function HopCloseUp({ frame, count }: { frame: Frame; count: number }) {
  const t = useTranslations('journey');
  const text = useStepText();
  const changed = changedEnds(frame.before, frame.after);
  const translated = changed.source || changed.destination;
  return (
    <div className={styles.closeUp}>
      <div className={styles.packetColumn} data-direction={frame.direction}>
        <p className={styles.where} aria-live="polite">
          <span>{t('hopOf', { index: frame.index + 1, count })}</span>
          <b>{frame.where.name}</b>
          <span className={styles.direction}>
            <Icon name="arrow" size={16} />
            {t(`direction.${frame.direction}`)}
          </span>
        </p>
        <PacketLine packet={frame.before ?? frame.after} changed={changed} old />
        {translated && frame.after && (
          <>
            <p className={styles.rewritten}>
              <Icon name="down" size={22} />
              {t(
                changed.destination && changed.source
                  ? 'bothRewritten'
                  : changed.destination
                    ? 'dnat'
                    : 'snat',
              )}
            </p>
            <PacketLine packet={frame.after} changed={changed} />
          </>
        )}
        {frame.failure && (
          <p className={styles.ended}>
            <Icon name="blocked" size={22} />
            {text.action(frame.failure)}
          </p>
        )}
      </div>
      <ol className={styles.steps} aria-label={t('steps')}>
        {frame.steps.map((step, index) => (
          <li key={index} data-action={step.action}>
            <span className={styles.stepType}>{text.type(step)}</span>
            <span className={styles.stepText}>{text.message(step)}</span>
            {step.rule && <code className={styles.rule}>{step.rule.text}</code>}
          </li>
        ))}
      </ol>
    </div>
  );
}

function PacketLine({
  packet,
  changed,
  old = false,
}: {
  packet: PacketAddresses | null;
  changed: { source: boolean; destination: boolean };
  old?: boolean;
}) {
  const t = useTranslations('journey');
  if (!packet) return <p className={styles.noPacket}>{t('noPacket')}</p>;
  const end = (text: string, isChanged: boolean) =>
    isChanged ? old ? <s>{text}</s> : <mark>{text}</mark> : <span>{text}</span>;
  return (
    <p className={styles.line}>
      <span className={styles.protocol}>{packet.protocol}</span>
      {end(sourceText(packet), changed.source)}
      <i aria-label={t('to')} role="img">
        →
      </i>
      {end(destinationText(packet), changed.destination)}
    </p>
  );
}
