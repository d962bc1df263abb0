'use client';
import { useTranslations } from 'next-intl';
import { useState, type FormEvent, type KeyboardEvent } from 'react';
import styles from './shell.module.css';
import { recalled } from './transcript';

interface ShellLineProps {
  prompt: string;
  /** What was typed before, oldest first. */
  lines: readonly string[];
  busy: boolean;
  onSubmit: (line: string) => void;
}

/** The line one types on: Enter runs it, the arrows bring back older ones. */
export function ShellLine({ prompt, lines, busy, onSubmit }: ShellLineProps) {
  const t = useTranslations('shell');
  const [line, setLine] = useState('');
  const [at, setAt] = useState<number>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (line.trim() === '' || busy) return;
    onSubmit(line);
    setLine('');
    setAt(undefined);
  };
  const recall = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key] as 1 | -1 | undefined;
    if (!step) return;
    event.preventDefault();
    const found = recalled(lines, at ?? lines.length, step);
    setAt(found.at);
    setLine(found.line);
  };
  return (
    <form className={styles.line} onSubmit={submit} aria-busy={busy}>
      <label className={styles.typed}>
        <span className={styles.prompt}>{prompt}</span>
        <input
          aria-label={t('command')}
          value={line}
          onChange={(event) => setLine(event.currentTarget.value)}
          onKeyDown={recall}
          maxLength={4000}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
        />
      </label>
    </form>
  );
}
