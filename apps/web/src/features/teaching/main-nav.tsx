'use client';
import type { Session } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Icon, type IconName } from '../../components/ui/icon';
import styles from './teaching.module.css';

type Place = 'clusters' | 'classes' | 'people' | 'platforms';
const ADMINISTRATORS: ReadonlySet<Place> = new Set(['people', 'platforms']);
const PLACES: { path: string; icon: IconName; name: Place }[] = [
  { path: '/', icon: 'picture', name: 'clusters' },
  { path: '/classes', icon: 'book', name: 'classes' },
  { path: '/people', icon: 'people', name: 'people' },
  { path: '/platforms', icon: 'globe', name: 'platforms' },
];

/** The places of whoever teaches; people and platforms are the administrator's. */
export function MainNav({ session }: { session: Session }) {
  const t = useTranslations('teaching.nav');
  const pathname = usePathname();
  const inClass = pathname === '/wall' || pathname === '/grades';
  const shown = PLACES.filter(({ name }) => !ADMINISTRATORS.has(name) || session.person.role === 'admin');
  return (
    <nav aria-label={t('label')} className={styles.nav}>
      {shown.map(({ path, icon, name }) => (
        <Link
          key={path}
          href={path}
          aria-current={pathname === path ? 'page' : inClass && name === 'classes' ? 'true' : undefined}
        >
          <Icon name={icon} size={18} />
          {t(name)}
        </Link>
      ))}
    </nav>
  );
}
