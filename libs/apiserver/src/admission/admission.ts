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
  readonly user: UserInfo;
  readonly context: StrategyContext;
}

/** Changes or refuses (by throwing a StatusError) a write. */
export interface AdmissionPlugin {
  readonly name: string;
  admit(request: AdmissionRequest): void;
}
