/** Handlers by name: registered by the composition root, not state. */
export class HandlerTable<H> {
  /** Asked to register a handler that is not there, before that is missed. */
  onMissing: ((name: string) => void) | undefined;
  private readonly handlers = new Map<string, H>();

  get(name: string): H | undefined {
    const found = this.handlers.get(name);
    if (found !== undefined || this.onMissing === undefined) return found;
    this.onMissing(name);
    return this.handlers.get(name);
  }

  set(name: string, handler: H): void {
    this.handlers.set(name, handler);
  }
}
