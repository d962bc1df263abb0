/** Runs axe in a page. Its source is evaluated there: as an import it would look for a window in Node. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const fromPlaywright = createRequire(require.resolve('@axe-core/playwright'));
const SOURCE = readFileSync(fromPlaywright.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface AxeResult {
  violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[];
}

/** Every fault against WCAG 2.2 AA that axe finds: the rule, the element, and why. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(SOURCE);
  const { violations } = await page.evaluate<AxeResult, string[]>(
    (rules) =>
      (
        globalThis as unknown as { axe: { run(context: Document, options: object): Promise<AxeResult> } }
      ).axe.run(document, { runOnly: { type: 'tag', values: rules } }),
    RULES,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}
