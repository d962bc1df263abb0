'use client';
import type { Disposition, RequestSource, SendRequestBody } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { DISPOSITION_SIGNS } from '../../components/ui/disposition-badge';
import { Icon } from '../../components/ui/icon';
import { sourceText } from '../../lib/request-ends';
import { shortTarget } from './reach';
import styles from './requests.module.css';
import { sourceValue } from './source';

interface ReachTableProps {
  from: readonly RequestSource[];
  to: readonly string[];
  matrix: readonly (readonly Disposition[])[];
  onSend: (body: SendRequestBody) => void;
  sending: boolean;
}

/** A row a sender, a column a target; a cell says how it ended by sign, colour and name, and sends that request. */
export function ReachTable({ from, to, matrix, onSend, sending }: ReachTableProps) {
  const t = useTranslations('requests');
  const name = useTranslations('disposition');
  const legend = [...new Set(matrix.flat())];
  return (
    <>
      <div className={styles.reachFrame} role="region" aria-label={t('reach.title')} tabIndex={0}>
        <table className={styles.reach}>
          <caption>{t('reach.caption')}</caption>
          <thead>
            <tr>
              <td />
              {to.map((url) => (
                <th key={url} scope="col">
                  <span>{shortTarget(url)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {from.map((source, row) => (
              <tr key={sourceValue(source)}>
                <th scope="row" title={sourceText(source, t('outsideUser'))}>
                  <SenderName name={sourceText(source, t('outsideUser'))} />
                </th>
                {to.map((url, column) => {
                  const disposition = matrix[row]![column]!;
                  const ends = { from: sourceText(source, t('outsideUser')), to: shortTarget(url) };
                  return (
                    <td key={url}>
                      <button
                        type="button"
                        className={styles.cell}
                        data-disposition={disposition}
                        disabled={sending}
                        onClick={() => onSend({ from: source, to: url })}
                        aria-label={t('reach.cell', { ...ends, disposition: name(disposition) })}
                        title={t('reach.cell', { ...ends, disposition: name(disposition) })}
                      >
                        <Icon name={DISPOSITION_SIGNS[disposition]} size={18} />
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul className={styles.legend} aria-label={t('reach.legend')}>
        {legend.map((disposition) => (
          <li key={disposition}>
            <span className={styles.cell} data-disposition={disposition}>
              <Icon name={DISPOSITION_SIGNS[disposition]} size={16} />
            </span>
            {name(disposition)}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Siblings differ at their ends: where a name is too long, its middle is left out. */
const TAIL = 6;

function SenderName({ name }: { name: string }) {
  return (
    <span className={styles.sender}>
      <span>{name.slice(0, -TAIL)}</span>
      <span>{name.slice(-TAIL)}</span>
    </span>
  );
}
