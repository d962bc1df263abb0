'use client';
import type { Class } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Icon, type IconName } from '../../components/ui/icon';
import styles from './teaching.module.css';

/** The three views of one class. */
export function ClassNav({ room }: { room: Class }) {
  const t = useTranslations('teaching.nav');
  const pathname = usePathname();
  const id = encodeURIComponent(room.id);
  const places: [string, string, IconName, 'overview' | 'wall' | 'grades'][] = [
    ['/classes', `/classes?id=${id}`, 'book', 'overview'],
    ['/wall', `/wall?class=${id}`, 'table', 'wall'],
    ['/grades', `/grades?class=${id}`, 'check', 'grades'],
  ];
  return (
    <nav aria-label={t('ofClass', { name: room.name })} className={styles.classNav}>
      {places.map(([path, href, icon, name]) => (
        <Link key={path} href={href} aria-current={pathname === path ? 'page' : undefined}>
          <Icon name={icon} size={18} />
          {t(name)}
        </Link>
      ))}
    </nav>
  );
}
