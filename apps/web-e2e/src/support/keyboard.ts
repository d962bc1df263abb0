/** Moving about a page as one does without a mouse. */
import type { Locator, Page } from 'playwright-core';

const MOST_TABS = 160;

const hasFocus = (target: Locator): Promise<boolean> =>
  target.evaluate(
    (element) => element === document.activeElement || element.contains(document.activeElement),
  );

/** Presses Tab until the target has the focus; fails where it is never reached. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor({ state: 'attached' });
  for (let pressed = 0; pressed < MOST_TABS; pressed++) {
    if (await hasFocus(target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard never reached ${target}`);
}

export async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

export async function typeInto(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
}

/** Chooses by arrows among the tabs or radios that share one stop of the Tab key. */
export async function arrowTo(
  page: Page,
  group: Locator,
  target: Locator,
  key = 'ArrowRight',
): Promise<void> {
  await tabTo(page, group);
  for (let pressed = 0; pressed < 10; pressed++) {
    if (await hasFocus(target)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the arrows never reached ${target}`);
}
