'use client';
import type { PacketAddresses, Step } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { destinationText, type Frame, referenceText, sourceText } from './frames';
import styles from './trace-table.module.css';
import { useHopName, useStepText } from './use-step-text';

const packetText = (packet: PacketAddresses | null): string =>
  packet ? `${sourceText(packet)} → ${destinationText(packet)}` : '—';

/** The same way as a table: every hop, every step. */
export function TraceTable({
  frames,
  index,
  go,
}: {
  frames: Frame[];
  index: number;
  go: (index: number) => void;
}) {
  const t = useTranslations('journey');
  const hopName = useHopName();
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('table')}>
      <table className={styles.table}>
        <caption className={styles.caption}>{t('table')}</caption>
        <thead>
          <tr>
            {(['hop', 'step', 'packet', 'message', 'objects'] as const).map((column) => (
              <th key={column} scope="col">
                {t(`column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        {frames.map((frame) => (
          <tbody key={frame.index} data-current={frame.index === index} data-direction={frame.direction}>
            {frame.steps.map((step, at) => (
              <tr key={at}>
                {at === 0 && (
                  <th scope="rowgroup" rowSpan={frame.steps.length}>
                    <button
                      type="button"
                      onClick={() => go(frame.index)}
                      aria-current={frame.index === index ? 'step' : undefined}
                    >
                      <span>{frame.index + 1}</span> {hopName(frame.where)}
                    </button>
                    <small>
                      {t(`direction.${frame.direction}`)}
                      {frame.where.interface && ` · ${frame.where.interface}`}
                    </small>
                  </th>
                )}
                <StepCells step={step} />
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function StepCells({ step }: { step: Step }) {
  const text = useStepText();
  const before = packetText(step.before);
  const after = packetText(step.after);
  return (
    <>
      <td className={styles.step} data-action={step.action}>
        <b>{text.type(step)}</b>
        <small>{text.action(step)}</small>
      </td>
      <td className={styles.packet} data-none={before === '—' && !step.after}>
        {before}
        {after !== before && step.after && <strong>↳ {after}</strong>}
      </td>
      <td className={styles.message}>
        {step.message.text}
        {step.rule && (
          <>
            <small>
              {step.rule.table} / {step.rule.chain}
            </small>
            <code>{step.rule.text}</code>
          </>
        )}
      </td>
      <td className={styles.objects} data-none={step.objects.length === 0}>
        {step.objects.length === 0 && '—'}
        {step.objects.map((object) => (
          <div key={referenceText(object)}>
            {referenceText(object)}
            {object.field && <small>{object.field}</small>}
          </div>
        ))}
      </td>
    </>
  );
}
