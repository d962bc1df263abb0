'use client';
import { Button } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { createContext, useContext, type ReactNode } from 'react';
import Markdown, { type Components } from 'react-markdown';
import { CodeBlock } from '../../components/ui/code-block';
import { Icon } from '../../components/ui/icon';
import styles from './labs.module.css';

interface Written {
  value?: unknown;
  properties?: { className?: unknown };
  children?: readonly Written[];
}
const textOf = (node: Written | undefined): string =>
  typeof node?.value === 'string' ? node.value : (node?.children ?? []).map(textOf).join('');

const languageOf = (node: Written | undefined): string =>
  String(node?.children?.[0]?.properties?.className ?? '').replace(/^language-/, '');

/** Languages in which a line that is broken still reads. */
const COMMANDS: ReadonlySet<string> = new Set(['bash', 'sh', 'shell', 'console']);

type Make = (yaml: string) => void;
const MakeContext = createContext<Make | null>(null);

function Code({ text, language }: { text: string; language: string }) {
  const t = useTranslations('lab');
  const make = useContext(MakeContext);
  const isDrawing = language === '';
  return (
    <div>
      <CodeBlock
        text={text}
        label={t('code')}
        maxHeight={300}
        wrap={COMMANDS.has(language)}
        plain={isDrawing}
      />
      {language === 'yaml' && make && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => make(`${text}\n`)}
          leftSection={<Icon name="plus" size={16} />}
        >
          {t('make')}
        </Button>
      )}
    </div>
  );
}

const heading = ({ children }: { children?: ReactNode }) => <h3>{children}</h3>;

const COMPONENTS: Components = {
  pre: ({ node }) => {
    const written = node as Written | undefined;
    return <Code text={textOf(written).replace(/\n$/, '')} language={languageOf(written)} />;
  },
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

/**
 * Markdown of a lab. Whatever HTML stands in it is left out, and nothing is fetched for it; `make` opens a YAML where it
 * can be applied.
 */
export function LabMarkdown({ text, make = null }: { text: string; make?: Make | null }) {
  return (
    <div className={styles.text}>
      <MakeContext value={make}>
        <Markdown skipHtml disallowedElements={LEFT_OUT} components={COMPONENTS}>
          {text}
        </Markdown>
      </MakeContext>
    </div>
  );
}
