/**
 * Does something for each key at most once in a while: at once where that was not done lately, else when its time has
 * come. It never runs twice at a time for a key, and what is asked for meanwhile is done again.
 */
export class Pace {
  private readonly known = new Map<string, { again: boolean; timer?: NodeJS.Timeout }>();

  constructor(
    private readonly gapMs: number,
    private readonly act: (key: string) => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  ask(key: string): void {
    const running = this.known.get(key);
    if (running) running.again = true;
    else void this.run(key);
  }

  stop(): void {
    for (const { timer } of this.known.values()) clearTimeout(timer);
    this.known.clear();
  }

  private async run(key: string): Promise<void> {
    const state: { again: boolean; timer?: NodeJS.Timeout } = { again: false };
    this.known.set(key, state);
    const begun = performance.now();
    try {
      await this.act(key);
    } catch (error) {
      this.onError(error);
    }
    if (this.known.get(key) !== state) return;
    const rest = Math.max(0, this.gapMs - (performance.now() - begun));
    state.timer = setTimeout(() => {
      this.known.delete(key);
      if (state.again) void this.run(key);
    }, rest);
    state.timer.unref();
  }
}
