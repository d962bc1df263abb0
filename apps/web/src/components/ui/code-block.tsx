'use client';
import { ActionIcon, CopyButton } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { Icon } from './icon';
import styles from './code-block.module.css';

interface CodeBlockProps {
  text: string;
  label: string;
  maxHeight?: number;
  /** Breaks long lines, as a command's, instead of scrolling them; what is one line is always broken. */
  wrap?: boolean;
  /** Something to look at, not to be run. */
  plain?: boolean;
}

/** Text of a machine, with a button that copies it. */
export function CodeBlock({ text, label, maxHeight, wrap = false, plain = false }: CodeBlockProps) {
  return (
    <div className={styles.block}>
      <pre
        className={styles.text}
        data-wrap={wrap || !text.includes('\n')}
        data-plain={plain}
        style={{ maxHeight }}
        tabIndex={0}
        aria-label={label}
        role="group"
      >
        {text}
      </pre>
      {!plain && <CopyText text={text} label={label} />}
    </div>
  );
}

function CopyText({ text, label }: { text: string; label: string }) {
  const t = useTranslations('common');
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <ActionIcon
          className={styles.copy}
          variant="default"
          size="lg"
          onClick={copy}
          aria-label={`${copied ? t('copied') : t('copy')}: ${label}`}
        >
          <Icon name={copied ? 'check' : 'copy'} size={18} />
        </ActionIcon>
      )}
    </CopyButton>
  );
}
