import type { KubeObject } from '@podlab/apimachinery';
import {
  newInternal,
  newTooLargeResourceVersion,
  newTooOldResourceVersion,
  type StatusError,
} from '@podlab/apimachinery';
import type { Revision } from '@podlab/storage';
import { apiVersionOf, groupResourceOf } from '../registry/strategy-index';
import type { KubeWatch, WatchSink } from '../request/kube-request';
import { checkWatchOptions } from './list-options';
import { negotiateWatch, type Representation } from './negotiation';
import { includeObject, partialOf, presented, requireRevision } from './read';
import { JSON_TYPE, type EndpointServices, type RequestScope } from './scope';
import { parseSelection, type Selection } from './selection';
import { tableOf } from './table';

/** How long a watch lasts that names no time, in ms of wall time. Models kube-apiserver --min-request-timeout. */
const DEFAULT_TIMEOUT_MS = 1_800_000;
/** What a host's timer can count to. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** GET with `watch=true`: what is there (unless a resourceVersion says from where), then every change. */
export function handleWatch(services: EndpointServices, scope: RequestScope): KubeWatch {
  checkWatchOptions(scope.query);
  requireRevision(scope.query.get('resourceVersion') ?? '');
  const as = negotiateWatch(scope.request.accept);
  const { query, strategy, info } = scope;
  const stream = new WatchStream(
    services,
    scope,
    as,
    parseSelection(strategy, query, info.namespace, info.name),
  );
  const seconds = query.number('timeoutSeconds');
  return {
    kind: 'watch',
    headers: { 'content-type': JSON_TYPE },
    timeout_ms: seconds ? Math.min(seconds * 1000, LONGEST_TIMEOUT_MS) : DEFAULT_TIMEOUT_MS,
    resourceVersion: services.store.resourceVersion,
    ...(query.flag('allowWatchBookmarks') && as !== 'table' && { bookmark: () => stream.bookmark() }),
    open: (sink) => stream.open(sink),
  };
}

class WatchStream {
  private headersSent = false;
  /** Nothing up to here is sent; it may be still to come. Models k8s.io/apiserver storage/cacher cacheWatcher.process. */
  private since = 0;
  private readonly resource: string;

  constructor(
    private readonly services: EndpointServices,
    private readonly scope: RequestScope,
    private readonly as: Representation,
    private readonly selection: Selection,
  ) {
    this.resource = groupResourceOf(scope.strategy);
    if (as === 'table') includeObject(scope);
  }

  open(sink: WatchSink): () => void {
    const { store } = this.services;
    const asked = Number(this.scope.query.get('resourceVersion') ?? '');
    if (this.startsWithPicture(asked)) {
      if (asked > store.resourceVersion)
        return this.fail(sink, newTooLargeResourceVersion(asked, store.resourceVersion));
      this.sendInitial(sink);
    } else {
      this.since = asked;
      const missed = asked > store.resourceVersion ? [] : store.revisionsAfter(asked);
      if (!missed) return this.fail(sink, newTooOldResourceVersion(asked, store.state.compacted));
      for (const revision of missed) this.send(sink, revision);
    }
    return store.onRevision((revision) => this.follow(sink, revision));
  }

  /** Runs inside whoever writes: what can't be shown ends this stream, never the write. */
  private follow(sink: WatchSink, revision: Revision): void {
    if (revision.rv <= this.since) return;
    try {
      this.send(sink, revision);
    } catch (error) {
      const { status } = newInternal((error as Error).message);
      sink.event(this.services.encoder.encodeWatchEvent('ERROR', status), revision.rv);
      sink.end();
    }
  }

  /** Begin with what is there, not with what changed since. */
  private startsWithPicture(asked: number): boolean {
    return asked === 0 || this.scope.query.flag('sendInitialEvents');
  }

  private sendInitial(sink: WatchSink): void {
    const { store } = this.services;
    for (const object of this.services.registry.list(this.scope.strategy)) {
      if (this.selection.matches(object)) this.emit(sink, 'ADDED', object, store.resourceVersion);
    }
    if (this.scope.query.flag('sendInitialEvents')) this.sendInitialEnd(sink);
  }

  private sendInitialEnd(sink: WatchSink): void {
    if (!this.scope.query.flag('allowWatchBookmarks')) return;
    const { bytes, resourceVersion } = this.bookmark({ 'k8s.io/initial-events-end': 'true' });
    sink.event(bytes, resourceVersion);
  }

  /** Models k8s.io/apiserver pkg/storage/cacher cacher.go bookmark events. */
  bookmark(annotations?: Record<string, string>): { bytes: Uint8Array; resourceVersion: number } {
    const { kind } = this.scope.strategy;
    const { encoder, store } = this.services;
    const { resourceVersion } = store;
    const metadata = {
      resourceVersion: String(Math.max(resourceVersion, this.since)),
      ...(annotations && { annotations }),
    };
    const isPartial = this.as === 'partial';
    const bookmark = isPartial
      ? { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
      : { kind, apiVersion: apiVersionOf(this.scope.strategy), metadata };
    return { bytes: encoder.encodeWatchEvent('BOOKMARK', bookmark), resourceVersion };
  }

  private fail(sink: WatchSink, { status }: StatusError): () => void {
    const { encoder, store } = this.services;
    sink.event(encoder.encodeWatchEvent('ERROR', status), store.resourceVersion);
    sink.end();
    return () => undefined;
  }

  private send(sink: WatchSink, revision: Revision): void {
    if (revision.resource !== this.resource) return;
    const type = this.typeFor(revision);
    if (type) this.emit(sink, type, revision.object, revision.rv);
  }

  /** An object that enters or leaves the selection is added or deleted to this client. */
  private typeFor({ type, object, previous }: Revision): string | undefined {
    const is = type !== 'DELETED' && this.selection.matches(object);
    const was = previous !== undefined && this.selection.matches(previous);
    if (is) return was ? 'MODIFIED' : 'ADDED';
    return was ? 'DELETED' : undefined;
  }

  private emit(sink: WatchSink, type: string, object: KubeObject, rv: number): void {
    sink.event(this.services.encoder.encodeWatchEvent(type, this.represent(object)), rv);
  }

  private represent(stored: KubeObject): object {
    const object = presented(this.services, this.scope, stored);
    if (this.as === 'partial') return partialOf(object);
    if (this.as !== 'table') return object;
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    const options = {
      now: this.services.now(),
      include: includeObject(this.scope),
      metadata,
      headers: !this.headersSent,
    };
    this.headersSent = true;
    return tableOf(this.scope.strategy, [object], options);
  }
}
