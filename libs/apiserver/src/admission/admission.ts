import type { KubeObject } from '@podlab/apimachinery';
import type { AnyStrategy } from '../registry/strategy-index';
import type { StrategyContext } from '../registry/strategy';
import type { UserInfo } from '../request/kube-request';

/** One write on its way to storage. Models k8s.io/apiserver pkg/admission Attributes. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly strategy: AnyStrategy;
  readonly namespace: string;
  readonly name: string;
  /** The draft, which a plugin may change; undefined for DELETE. */
  readonly object?: KubeObject;
  /** What stands before an UPDATE. */
  readonly previous?: KubeObject;
  /** The subresource that is written; empty for the object itself. */
  readonly subresource?: string;
  /** Tells whoever writes something that does not stop the write. */
  warn(text: string): void;
  readonly user: UserInfo;
  readonly context: StrategyContext;
}

/** Changes or refuses (by throwing a StatusError) a write. */
export interface AdmissionPlugin {
  readonly name: string;
  admit?(request: AdmissionRequest): void;
  /** Judges the object as it will be stored, when it is known to be valid. */
  validate?(request: AdmissionRequest): void;
}
