'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { useNow } from '../../lib/use-now';

const MINUTE_MS = 60_000;

/** How long ago a moment was; only this text is drawn again as time goes. */
export function Ago({ at }: { at: string }) {
  const format = useFormatter();
  const t = useTranslations('common');
  const now = useNow();
  const then = new Date(at);
  const words =
    now - then.getTime() < MINUTE_MS ? t('justNow') : format.relativeTime(then, { now, style: 'short' });
  return (
    <time dateTime={at} title={format.dateTime(then, { dateStyle: 'medium', timeStyle: 'medium' })}>
      {words}
    </time>
  );
}

/** For how long something has lasted, in minutes. */
export function Lasting({ since }: { since: string }) {
  const t = useTranslations('common');
  const now = useNow();
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / MINUTE_MS));
  return <time dateTime={since}>{t('minutes', { minutes })}</time>;
}
