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

/** Chooses an option of a list box by Home and arrows: letters would not do where words need an input method. */
export async function arrowToOption(page: Page, list: Locator, option: string): Promise<void> {
  await tabTo(page, list);
  const options = (await list.locator('option').allInnerTexts()).map((text) => text.trim());
  const index = options.indexOf(option);
  if (index < 0) throw new Error(`no option ${option} among ${options.join(', ')}`);
  await page.keyboard.press('Home');
  for (let pressed = 0; pressed < index; pressed++) await page.keyboard.press('ArrowDown');
  const chosen = (await list.locator('option:checked').innerText()).trim();
  if (chosen !== option) throw new Error(`the arrows chose ${chosen} instead of ${option}`);
}
