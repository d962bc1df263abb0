'use client';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import type { Person } from '@podlab/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { Icon } from '../../components/ui/icon';
import { ProblemAlert } from '../../components/ui/problem-alert';
import { learningApi } from '../../lib/learning-api';
import { usePageTitle } from '../../lib/page-title';
import styles from './classes.module.css';

interface Fields {
  code: string;
  name: string;
  login: string;
  password: string;
}

function useJoin(isKnown: boolean) {
  const router = useRouter();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ code, name, login, password }: Fields) =>
      learningApi.join({
        code: code.trim(),
        ...(!isKnown && { name: name.trim() }),
        ...(!isKnown && login.trim() && { login: login.trim(), password }),
      }),
    onSuccess: async (joined) => {
      await queries.resetQueries({ queryKey: ['session'] });
      await queries.invalidateQueries({ queryKey: ['classes'] });
      router.push(`/class?id=${encodeURIComponent(joined.class.id)}`);
    },
  });
}

/** The code, a name for who has none here yet, and straight into the class. */
export function JoinForm({ code, person }: { code: string; person: Person | null }) {
  const t = useTranslations('join');
  usePageTitle(t('title'));
  const [fields, setFields] = useState<Fields>({ code, name: '', login: '', password: '' });
  const join = useJoin(person !== null);
  const put = (more: Partial<Fields>) => setFields({ ...fields, ...more });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    join.mutate(fields);
  };
  return (
    <main id="main" className={styles.narrow}>
      <h1 className={styles.title}>{t('title')}</h1>
      <p className={styles.lead}>{person ? t('leadKnown', { name: person.name }) : t('lead')}</p>
      <form className={styles.form} onSubmit={submit}>
        <TextInput
          size="md"
          label={t('code')}
          description={t('codeHint')}
          value={fields.code}
          onChange={(event) => put({ code: event.currentTarget.value.toUpperCase() })}
          classNames={{ input: styles.code }}
          autoComplete="off"
          spellCheck={false}
          maxLength={32}
          required
        />
        {!person && <NewPerson fields={fields} onFields={put} />}
        <ProblemAlert error={join.error} />
        <Button type="submit" size="md" loading={join.isPending} leftSection={<Icon name="door" />}>
          {t('join')}
        </Button>
      </form>
      {!person && (
        <p className={styles.aside}>
          {t('haveAccount')}{' '}
          <Link href={`/sign-in?join=${encodeURIComponent(fields.code)}`}>{t('signIn')}</Link>
        </p>
      )}
    </main>
  );
}

function NewPerson({ fields, onFields }: { fields: Fields; onFields: (more: Partial<Fields>) => void }) {
  const t = useTranslations('join');
  const session = useTranslations('session');
  return (
    <>
      <TextInput
        size="md"
        label={t('name')}
        description={t('nameHint')}
        value={fields.name}
        onChange={(event) => onFields({ name: event.currentTarget.value })}
        autoComplete="name"
        maxLength={64}
        required
      />
      <details className={styles.more}>
        <summary>{t('keep')}</summary>
        <div className={styles.moreFields}>
          <p className={styles.hint}>{t('keepHint')}</p>
          <TextInput
            size="md"
            label={session('login')}
            value={fields.login}
            onChange={(event) => onFields({ login: event.currentTarget.value })}
            autoComplete="username"
            maxLength={64}
          />
          <PasswordInput
            size="md"
            label={session('password')}
            description={session('passwordHint')}
            value={fields.password}
            onChange={(event) => onFields({ password: event.currentTarget.value })}
            autoComplete="new-password"
            minLength={10}
            required={fields.login.trim() !== ''}
            visibilityToggleButtonProps={{ 'aria-label': session('showPassword'), tabIndex: 0 }}
          />
        </div>
      </details>
    </>
  );
}
