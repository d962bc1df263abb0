/** One reader at the dashboard: what she does there, by mouse, in the words of her language. */
import type { Locator, Page } from 'playwright-core';
import { filled, type Words, wordsOf } from './catalogue';

export type Disposition = keyof Words['disposition'];

export class Dashboard {
  readonly words: Words;

  constructor(
    readonly page: Page,
    locale: 'ko' | 'en',
  ) {
    this.words = wordsOf(locale);
  }

  button = (name: string): Locator => this.page.getByRole('button', { name, exact: true });
  field = (label: string): Locator => this.page.getByLabel(label, { exact: true });
  tab = (panel: keyof Words['cluster']['panel']): Locator =>
    this.page.getByRole('tab', { name: this.words.cluster.panel[panel] });
  pods = (owner: string, status = 'Running'): Locator =>
    this.page
      .locator('button', { hasText: owner })
      .filter({ hasText: status })
      .filter({ hasText: '10.244.' });
  service = (name: string): Locator => this.page.locator('[data-place^="service:"]', { hasText: name });

  async signIn(link: string): Promise<void> {
    await this.page.goto(link);
    await this.page.getByRole('heading', { name: this.words.clusters.title }).waitFor();
  }

  async createCluster(name: string): Promise<void> {
    await this.page.getByRole('textbox', { name: this.words.clusters.name }).fill(name);
    await this.page.getByRole('button', { name: this.words.clusters.createFirst }).click();
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
    await this.page.getByText('node-c', { exact: true }).first().waitFor();
  }

  /** A radio of a segmented control is pressed by its label, as a hand does. */
  async choose(group: string, option: string): Promise<void> {
    await this.page
      .getByRole('radiogroup', { name: group })
      .locator('label', { hasText: new RegExp(`^${option}$`) })
      .click();
  }

  async makeDeployment(): Promise<void> {
    await this.tab('make').click();
    await this.choose(this.words.make.way, this.words.make.deployment);
    await this.button(this.words.make.apply).click();
    await this.report('Created');
  }

  async makeClient(): Promise<void> {
    await this.tab('make').click();
    await this.choose(this.words.make.way, this.words.make.yaml);
    await this.button(this.words.make.clientPod).click();
    await this.button(this.words.make.apply).click();
    await this.report('Created');
  }

  async makeService(name: string, type: string, nodePort = ''): Promise<void> {
    await this.tab('make').click();
    await this.choose(this.words.make.way, this.words.make.service);
    await this.page.getByRole('textbox', { name: this.words.make.name }).fill(name);
    await this.choose(this.words.make.type, type);
    if (nodePort)
      await this.page.getByRole('textbox', { name: this.words.make.nodePort }).last().fill(nodePort);
    await this.button(this.words.make.apply).click();
    await this.report('Created');
    await this.service(name).waitFor();
  }

  report = (result: keyof Words['make']['result']): Promise<void> =>
    this.page
      .getByRole('list', { name: this.words.make.report })
      .getByText(this.words.make.result[result])
      .last()
      .waitFor();

  async send(from: string, to: string): Promise<void> {
    await this.tab('request').click();
    await this.page.getByRole('combobox', { name: this.words.requests.from }).selectOption({ label: from });
    const target = this.page.getByRole('combobox', { name: this.words.requests.to });
    await target.fill(to);
    await this.page.keyboard.press('Escape');
    const before = this.page.url();
    await this.button(this.words.requests.sendButton).click();
    await this.page.waitForURL((url) => url.href !== before && url.searchParams.has('request'));
  }

  verdict = (disposition: Disposition): Promise<void> =>
    this.page
      .getByRole('region', { name: this.words.requests.result })
      .getByText(this.words.disposition[disposition], { exact: true })
      .first()
      .waitFor();

  diagnosis = (): Locator => this.page.getByRole('region', { name: this.words.diagnosis.title });

  player = (): Locator => this.page.getByRole('group', { name: this.words.journey.player });

  hop = (index: number, count: number): Locator =>
    this.player().getByText(filled(this.words.journey.hopOf, { index, count }));

  hopCount = (): Promise<number> =>
    this.player().getByRole('list', { name: this.words.journey.hops }).getByRole('listitem').count();
}
