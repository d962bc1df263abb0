'use client';
import { useTranslations } from 'next-intl';
import { EmptyMessage } from '../../components/ui/empty-message';
import { PageFrame } from '../../components/ui/page-frame';
import { PeopleList } from '../../features/people/people-list';
import { NewLink } from '../../features/teaching/new-link';
import { teachingApi } from '../../lib/teaching-api';
import { TeachingFrame } from '../teaching-frame';

/** `/people`: everybody on this server, for its administrator. */
export function PeoplePage() {
  const t = useTranslations('people');
  return (
    <TeachingFrame>
      {(session) =>
        session.person.role === 'admin' ? (
          <PeopleList
            own={session.person.id}
            linkButton={(name, person) => <NewLink name={name} make={() => teachingApi.personLink(person)} />}
          />
        ) : (
          <PageFrame title={t('title')}>
            <EmptyMessage icon="blocked" title={t('adminOnly')} />
          </PageFrame>
        )
      }
    </TeachingFrame>
  );
}
