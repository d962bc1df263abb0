'use client';
import dynamic from 'next/dynamic';

/** A lab's text; what reads Markdown is loaded where there is a lab. */
export const LabText = dynamic(() => import('./lab-markdown').then((module) => module.LabMarkdown), {
  ssr: false,
});
