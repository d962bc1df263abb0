'use client';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { learningApi } from '../../lib/learning-api';
import styles from './classes.module.css';
import { NextLabLine } from './next-lab-line';

/** The classes that one is in, before one's own clusters; and the way into one. */
export function MyClasses() {
  const t = useTranslations('classroom');
  const classes = useQuery({ queryKey: ['classes'], queryFn: learningApi.classes });
  if (classes.error) return <ProblemAlert error={classes.error} />;
  const items = classes.data?.items.filter(({ role }) => role !== null) ?? [];
  return (
    <section className={styles.mine} aria-label={t('mine')}>
      <div className={styles.mineHead}>
        <h2 className={styles.heading}>{t('mine')}</h2>
        <Button component={Link} href="/join" variant="subtle" size="md" leftSection={<Icon name="plus" />}>
          {t('joinAnother')}
        </Button>
      </div>
      <ul className={styles.tiles}>
        {items.map(({ id, name, role, group }) => (
          <li key={id} className={styles.tile}>
            <Link
              className={styles.tileLink}
              href={`/${role === 'student' ? 'class' : 'classes'}?id=${encodeURIComponent(id)}`}
            >
              <Icon name="door" size={26} />
              <span>
                <b>{name}</b>
                <small>
                  {t(`role.${role ?? 'student'}`)}
                  {group && ` · ${group}`}
                </small>
              </span>
              <Icon name="arrow" />
            </Link>
            {role === 'student' ? <NextLabLine classId={id} /> : <Views classId={id} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where whoever teaches looks first. */
function Views({ classId }: { classId: string }) {
  const t = useTranslations('classroom');
  const room = encodeURIComponent(classId);
  return (
    <div className={styles.views}>
      <Button component={Link} href={`/wall?class=${room}`} leftSection={<Icon name="table" size={18} />}>
        {t('wall')}
      </Button>
      <Button component={Link} href={`/grades?class=${room}`} variant="default">
        {t('grades')}
      </Button>
    </div>
  );
}
