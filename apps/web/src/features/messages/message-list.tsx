'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { useNews } from './class-news';
import styles from './messages.module.css';

const SHOWN = 20;

/** What was said in the class, newest first. */
export function MessageList() {
  const t = useTranslations('news');
  const format = useFormatter();
  const messages = useNews()?.messages ?? [];
  if (messages.length === 0) return null;
  return (
    <section aria-label={t('messages')}>
      <h2 className={styles.heading}>{t('messages')}</h2>
      <ol className={styles.list}>
        {messages
          .slice(-SHOWN)
          .toReversed()
          .map(({ id, from, text, to, sent_at: at }) => (
            <li key={id}>
              <p>
                <b>{from.name}</b>{' '}
                <small>
                  {format.dateTime(new Date(at), { dateStyle: 'medium', timeStyle: 'short' })}
                  {to !== null && ` · ${t('toOne')}`}
                </small>
              </p>
              <p>{text}</p>
            </li>
          ))}
      </ol>
    </section>
  );
}
