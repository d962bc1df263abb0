/** A request to the Kubernetes API of one cluster, as the transport hands it in: no sockets, no promises. */
export interface KubeRequest {
  readonly method: string;
  /** Below the cluster's prefix, still percent-encoded: `/api/v1/namespaces/default/pods`. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly accept: string;
  readonly content_type: string;
  /** UTF-8, or the text that it stands for: whoever has that spares the way there and back. */
  readonly body: Uint8Array | string;
  readonly user: UserInfo;
}

export interface UserInfo {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  /** Who shows a token of a service account: RFC 3339, in the cluster's own time. */
  readonly token_expires?: string;
  /** Whom the user wants to act as: `kubectl --as`. */
  readonly impersonate?: {
    readonly name: string;
    readonly groups: readonly string[];
    readonly uid?: string;
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
}

export type KubeResponse = KubeAnswer | KubeWatch | KubeUpgrade;

export interface KubeAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
  /** The newest revision that this answer may show: it leaves when that one is on disk. */
  readonly resourceVersion: number;
}

export interface KubeWatch {
  readonly kind: 'watch';
  readonly headers: Readonly<Record<string, string>>;
  /** How long the stream may stay open, in ms of wall time. */
  readonly timeout_ms: number;
  readonly resourceVersion: number;
  /** A line that tells how far the stream has come; absent when the client did not ask for bookmarks. */
  readonly bookmark?: () => { readonly bytes: Uint8Array; readonly resourceVersion: number };
  /** Begins to call the sink, at once for what exists; returns the way to stop. */
  open(sink: WatchSink): () => void;
}

/** The request may become a stream of another protocol; a transport without one refuses. */
export interface KubeUpgrade {
  readonly kind: 'upgrade';
  readonly stream: PodStream;
  readonly resourceVersion: number;
}

/** What `pods/exec`, `pods/attach` or `pods/portforward` asks for. */
export interface PodStream {
  readonly subresource: 'exec' | 'attach' | 'portforward';
  readonly namespace: string;
  readonly name: string;
  readonly container?: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
  /** Of the older WebSocket protocol, which names them beforehand. */
  readonly ports: readonly number[];
}

export interface WatchSink {
  /** One line of the stream (JSON and a newline), to be sent when `resourceVersion` is on disk. */
  event(bytes: Uint8Array, resourceVersion: number): void;
  /** The stream ends: what it needs is gone. */
  end(): void;
}
