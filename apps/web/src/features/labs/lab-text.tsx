'use client';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import Markdown, { type Components } from 'react-markdown';
import { CodeBlock } from '../../components/ui/code-block';
import styles from './labs.module.css';

interface Written {
  value?: unknown;
  children?: readonly Written[];
}
const textOf = (node: Written | undefined): string =>
  typeof node?.value === 'string' ? node.value : (node?.children ?? []).map(textOf).join('');

function Code({ text }: { text: string }) {
  const t = useTranslations('lab');
  return <CodeBlock text={text} label={t('code')} maxHeight={320} />;
}

const heading = ({ children }: { children?: ReactNode }) => <h4>{children}</h4>;

const COMPONENTS: Components = {
  pre: ({ node }) => <Code text={textOf(node as Written | undefined).replace(/\n$/, '')} />,
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  ),
  h1: heading,
  h2: heading,
  h3: heading,
};
const LEFT_OUT = ['img'];

/** Markdown of a lab. Whatever HTML stands in it is left out, and nothing is fetched for it. */
export function LabText({ text }: { text: string }) {
  return (
    <div className={styles.text}>
      <Markdown skipHtml disallowedElements={LEFT_OUT} components={COMPONENTS}>
        {text}
      </Markdown>
    </div>
  );
}
