/** A student's way: in by a code, through the lab ClusterIP from its first step to its last, to the whole score. */
import type { Browser, Locator } from 'playwright-core';
import { axeFaults } from './support/axe';
import { openBrowser, openPage, PHONE, type Reader, type WatchedPage } from './support/browser';
import { filled, type Words, wordsOf } from './support/catalogue';
import { press, typeInto } from './support/keyboard';
import { startServer, type TestServer } from './support/server';

let server: TestServer;
let browser: Browser;
let room: string;
let code: string;

beforeAll(async () => {
  server = await startServer({ labs: true });
  browser = await openBrowser();
  room = (await server.call<{ id: string }>('POST', '/classes', { name: 'Networks', seed: '42' })).id;
  await server.call('PUT', `/classes/${room}/labs/cluster-ip`, {});
  code = (await server.call<{ code: string }>('POST', `/classes/${room}/invitations`, {})).code;
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Doing things as a hand at the mouse does them. */
class Student {
  readonly words: Words;

  constructor(
    readonly watched: WatchedPage,
    readonly locale: 'ko' | 'en',
  ) {
    this.words = wordsOf(locale);
  }

  get page() {
    return this.watched.page;
  }

  press = (target: Locator): Promise<void> => target.click();
  type = (target: Locator, text: string): Promise<void> => target.fill(text);
  /** A radio is pressed by its label. */
  choose = async (target: Locator): Promise<void> =>
    this.page.locator(`label[for="${await target.getAttribute('id')}"]`).click();
  openTab = (target: Locator): Promise<void> => target.click();

  button = (name: string): Locator => this.page.getByRole('button', { name, exact: true });
  lab = (): Locator => this.page.getByRole('region', { name: this.words.lab.title, exact: true });
  bar = (): Locator => this.lab().getByRole('button').first();
  text = (said: string): Locator => this.page.getByText(said).first();

  async join(name: string): Promise<void> {
    await this.page.goto(`${server.url}/join#code=${code}`);
    await this.type(this.page.locator('input[autocomplete=name]'), name);
    await this.press(this.button(this.words.join.join));
    await this.page.getByRole('heading', { name: 'Networks' }).waitFor();
  }

  async start(title: string): Promise<void> {
    await this.press(this.button(filled(this.words.classroom.startNamed, { lab: title })));
    await this.lab().waitFor();
  }

  async report(): Promise<void> {
    const list = this.page.getByRole('list', { name: this.words.make.report });
    await list.getByText(this.words.make.result.Created).last().waitFor();
  }

  /** Makes what the step's YAML says, where it can be applied. */
  async makeFromStep(): Promise<void> {
    await this.press(this.button(this.words.lab.make).first());
    await this.press(this.button(this.words.make.apply));
    await this.report();
    await this.press(this.bar());
  }

  async makeService(name: string, port: string): Promise<void> {
    await this.press(this.bar());
    await this.openTab(this.page.getByRole('tab', { name: this.words.cluster.panel.make }));
    const way = this.page.getByRole('radiogroup', { name: this.words.make.way });
    await this.choose(way.getByRole('radio', { name: this.words.make.service, exact: true }));
    await this.type(this.page.getByRole('textbox', { name: this.words.make.name }), name);
    await this.type(this.page.getByRole('textbox', { name: this.words.make.port, exact: true }), port);
    await this.press(this.button(this.words.make.apply));
    await this.report();
    await this.press(this.bar());
  }

  async checkStep(): Promise<void> {
    await this.press(this.button(this.words.lab.check));
    await this.text(this.words.lab.stepDone).waitFor();
  }

  async answer(text: string): Promise<void> {
    await this.choose(this.page.getByRole('radio', { name: text, exact: true }));
    await this.press(this.button(this.words.lab.answer));
    await this.text(this.words.lab.right).waitFor();
  }

  async predict(disposition: keyof Words['disposition'], ones: number): Promise<void> {
    const radio = this.page.getByRole('radio', { name: this.words.disposition[disposition], exact: true });
    await this.choose(radio.first());
    await this.press(this.button(this.words.lab.predict).first());
    await this.page
      .getByText(this.words.lab.right)
      .nth(ones - 1)
      .waitFor();
  }

  next = (): Promise<void> => this.press(this.button(this.words.lab.next));
}

/** The same by Tab, arrows, Space, Enter and letters. */
class KeyboardStudent extends Student {
  override press = (target: Locator): Promise<void> => press(this.page, target);
  override type = (target: Locator, text: string): Promise<void> => typeInto(this.page, target, text);
  override choose = (target: Locator): Promise<void> => this.byArrows(target, 'Space');
  override openTab = (target: Locator): Promise<void> => this.byArrows(target, 'Enter');

  /** Radios and tabs of a group share one stop of the Tab key. */
  private async byArrows(target: Locator, key: string): Promise<void> {
    const isTab = (await target.getAttribute('role')) === 'tab';
    const name = await target.getAttribute('name');
    const group = isTab
      ? this.page.getByRole('tablist')
      : this.page.locator(`input[type=radio][name="${name}"]`);
    await target.waitFor({ state: 'attached' });
    for (let tabs = 0; tabs < 160; tabs++) {
      if (await hasFocusIn(group)) break;
      await this.page.keyboard.press('Tab');
    }
    for (let arrows = 0; arrows < 10; arrows++) {
      if (await target.evaluate((element) => element === document.activeElement)) {
        await this.page.keyboard.press(key);
        return;
      }
      await this.page.keyboard.press('ArrowRight');
    }
    throw new Error(`the arrows never reached ${target}`);
  }
}

const hasFocusIn = (group: Locator): Promise<boolean> =>
  group.evaluateAll((elements) => elements.some((element) => element.contains(document.activeElement)));

const TITLES = { ko: 'ClusterIP 서비스', en: 'ClusterIP' } as const;
const DNAT = { ko: '클라이언트가 있는 노드에서', en: "On the client's own node" } as const;

async function takeLab(student: Student, name: string): Promise<void> {
  const { words, page, locale } = student;
  await student.join(name);
  await student.start(TITLES[locale]);
  await student.press(student.button(words.lab.check));
  await student.text(filled(words.lab.passedOf, { passed: 0, count: 1 })).waitFor();
  await student.makeFromStep();
  await page
    .locator('button', { hasText: 'nginx-deployment' })
    .filter({ hasText: 'Running' })
    .nth(2)
    .waitFor();
  await student.checkStep();

  await student.next();
  await student.makeService('nginx-service', '80');
  await student.answer(DNAT[locale]);
  await student.checkStep();

  await student.next();
  const port = /port\D*?(\d{4})/.exec(await student.lab().innerText())![1]!;
  await student.makeService('nginx-yaml', port);
  await student.answer(`port: ${port}, targetPort: 80`);
  await student.checkStep();

  await student.next();
  await student.predict('NoRoute', 1);
  await page.waitForURL((url) => url.searchParams.has('request'));
  await student.predict('Delivered', 2);
  await student.checkStep();
  await student.text(words.lab.labDone).waitFor();
  await student
    .lab()
    .getByLabel(filled(words.lab.scoreOf, { score: 100, max: 100 }))
    .waitFor();
  expect(await axeFaults(page)).toEqual([]);
  expect(student.watched.faults).toEqual([]);
}

const open = (reader: Reader): Promise<WatchedPage> => openPage(browser, server.url, reader);

it('a lab by mouse, in Korean', async () =>
  takeLab(new Student(await open({ locale: 'ko' }), 'ko'), '김하나'));

it('a lab by keyboard alone, in English', async () =>
  takeLab(new KeyboardStudent(await open({ locale: 'en' }), 'en'), 'Hana'));

it('a telephone: help is asked for, a message and a broadcast come; every screen passes axe', async () => {
  const student = new Student(await open({ locale: 'en', scheme: 'dark', size: PHONE }), 'en');
  const { words, page } = student;
  const faults: string[] = [];
  const look = async (place: string) =>
    faults.push(...(await axeFaults(page)).map((fault) => `${place}: ${fault}`));
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole('heading', { name: words.session.signInTitle }).waitFor();
  await look('sign-in');
  await page.goto(`${server.url}/join`);
  await student.button(words.join.join).waitFor();
  await look('join');
  await student.join('Phone');
  await look('class');
  await student.start(TITLES.en);
  await student.press(student.button(words.lab.check));
  await student.text(words.lab['state'].failed).waitFor({ state: 'attached' });
  await student.press(student.button(words.lab.handRaise));
  await page.getByLabel(words.lab.handNote).fill('Which label?');
  await student.press(student.button(words.lab.handRaise));
  await student.button(words.lab.handLower).waitFor();
  await look('lab');
  await server.call('POST', `/classes/${room}/messages`, { text: 'A break after step 3.' });
  const shown = await server.call<{ id: string }>('POST', '/clusters', { name: 'shown', nodes: 1 });
  await server.call('PUT', `/classes/${room}/broadcast`, { cluster: shown.id });
  await student.press(student.bar());
  await student.text('A break after step 3.').waitFor();
  await student.press(page.getByRole('link', { name: words.news.watch, exact: true }));
  await page.getByRole('heading', { name: 'shown' }).waitFor();
  await look('broadcast');
  await student.press(page.getByRole('link', { name: words.news.backToMine }));
  await student.lab().waitFor();
  await page.goto(`${server.url}/account`);
  await page.getByRole('heading', { name: words.account.title }).waitFor();
  await look('account');
  expect(faults).toEqual([]);
  expect(student.watched.faults).toEqual([]);
});
