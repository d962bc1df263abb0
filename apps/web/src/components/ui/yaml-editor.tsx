'use client';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { minimalSetup } from 'codemirror';
import { lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import styles from './yaml-editor.module.css';

const colours = HighlightStyle.define([
  {
    tag: [tags.definition(tags.propertyName), tags.propertyName],
    color: 'var(--service)',
    fontWeight: '600',
  },
  { tag: tags.string, color: 'var(--reply)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--request)' },
  { tag: tags.comment, color: 'var(--ink-soft)', fontStyle: 'italic' },
  { tag: [tags.separator, tags.punctuation, tags.meta], color: 'var(--ink-soft)' },
]);

interface YamlEditorProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
  minHeight?: number;
}

/** CodeMirror over one YAML text. Tab moves on (no keyboard trap); two spaces are typed as two spaces. */
export function YamlEditor({ value, onChange, label, minHeight = 240 }: YamlEditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;

  useEffect(() => {
    if (!parent.current) return;
    const editor = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          minimalSetup,
          lineNumbers(),
          yaml(),
          syntaxHighlighting(colours),
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
    // The editor owns its text; a value from outside comes in by the effect below.
  }, [label]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={parent} className={styles.editor} style={{ minHeight }} />;
}
