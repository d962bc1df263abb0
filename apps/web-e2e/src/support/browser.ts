/** A browser whose pages are watched: an error in the console or a request to elsewhere fails the test. */
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';

const EXECUTABLE = process.env.PODLAB_CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Reader {
  locale: 'ko' | 'en';
  scheme?: 'light' | 'dark';
  size?: { width: number; height: number };
}

export interface WatchedPage {
  page: Page;
  /** What went wrong beside the test: console errors, requests to elsewhere. */
  faults: string[];
  /** Nothing is asked of the server for a moment, and what came is painted. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** Generous: only what never comes takes so long, also on a busy machine. */
const PATIENCE_MS = 90_000;
const QUIET_MS = 100;

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });

export async function openPage(browser: Browser, origin: string, reader: Reader): Promise<WatchedPage> {
  const context: BrowserContext = await browser.newContext({
    viewport: reader.size ?? DESKTOP,
    locale: reader.locale === 'ko' ? 'ko-KR' : 'en-US',
    colorScheme: reader.scheme ?? 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const faults: string[] = [];
  page.on('console', (message) => {
    // A refused call is shown to the reader and logged by the browser by itself.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      faults.push(`console: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && host !== new URL(origin).host) {
      faults.push(`request to elsewhere: ${request.url()}`);
    }
  });
  return { page, faults, quiet: quietOf(page), close: () => context.close() };
}

function quietOf(page: Page): () => Promise<void> {
  const underWay = new Set<Request>();
  let changed = () => {};
  page.on('request', (request) => {
    // Of a page that is left not every request is told the end of.
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) underWay.clear();
    underWay.add(request);
    changed();
  });
  const ended = (request: Request) => {
    underWay.delete(request);
    changed();
  };
  page.on('requestfinished', ended);
  page.on('requestfailed', ended);
  const nothingUnderWay = () =>
    new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      changed = () => {
        clearTimeout(timer);
        if (underWay.size === 0) timer = setTimeout(resolve, QUIET_MS);
      };
      changed();
    });
  return async () => {
    await nothingUnderWay();
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  };
}
