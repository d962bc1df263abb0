import type { Header } from './packet';
import type { RawHop, TraceRecorder } from './trace';

/** What a handler adds to the trace of the request that it answers: what it decides, and what it sends meanwhile. */
export class Asides {
  private at = -1;

  constructor(
    private readonly recorder: TraceRecorder,
    private readonly hop: RawHop,
    private readonly header: Header,
    private readonly handler: string,
  ) {}

  /** Notes a decision of the application in the hop that took the request; `facts` are the application's own words. */
  note(facts: Readonly<Record<string, string>>): void {
    const { header, handler } = this;
    const detail = { handler, event: 'Decided', bytes: 0, facts } as const;
    this.hop.steps.push({ type: 'Application', action: 'Forwarded', before: header, after: header, detail });
  }

  /** Puts the hops of an exchange of the application's own behind the hop that took the request. */
  tell(exchange: TraceRecorder): void {
    const { recorder, hop } = this;
    if (this.at < 0) this.at = recorder.hops.indexOf(hop) + 1;
    recorder.hops.splice(this.at, 0, ...exchange.hops);
    this.at += exchange.hops.length;
  }
}
