import type { Prng } from '@podlab/kernel';
import type { FieldError, GroupResource, KubeObject } from '@podlab/apimachinery';
import type { ResourceMetrics } from '@podlab/client';
import type { Authorizer } from '../authorization/authorizer';
import type { UserInfo } from '../request/kube-request';
import type { HeldValues } from './held-values';

/** One column of a kind's Table. Models k8s.io/kubernetes pkg/printers/internalversion printers.go. */
export interface PrinterColumn<T> {
  name: string;
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  format?: string;
  description: string;
  /** 0 is always shown, 1 only by `-o wide`. */
  priority: 0 | 1;
  value(object: T, now: number): string | number | boolean | null;
}

/** Settings of the cluster that strategies read. */
export interface ClusterSettings {
  /** One range, or one of each family, the first family being the default: `--service-cluster-ip-range`. */
  readonly service_cidr: string;
  readonly pod_cidr: string;
  /** First and last port, both included. */
  readonly node_port_range: readonly [number, number];
}

/** What a strategy may see and do while one request runs. */
export interface StrategyContext {
  /** Virtual time in ms since the Unix epoch. */
  now(): number;
  timestamp(): string;
  readonly random: Prng;
  /** Of the uids of Events. */
  readonly event_random?: Prng;
  readonly settings: ClusterSettings;
  /** What pods and nodes use; absent where nothing measures it. */
  readonly metrics?: ResourceMetrics;
  get(resource: GroupResource, key: string): KubeObject | undefined;
  list(resource: GroupResource, namespace?: string): readonly KubeObject[];
  /** What the objects of `resource` hold by `valuesOf`, under a name of its own; a question costs no walk over them. */
  held<V>(
    resource: GroupResource,
    name: string,
    valuesOf: (object: KubeObject) => readonly V[],
  ): HeldValues<V>;
}

/**
 * All that is particular to one kind; the generic registry does the rest (names, uid, generation, resourceVersion,
 * finalizers, deletion, dry run). Pure: drafts are mutable, `old` and everything from the context is frozen.
 * Models k8s.io/apiserver pkg/registry/rest RESTCreateStrategy and RESTUpdateStrategy.
 */
export interface Strategy<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  /** Verbs the kind serves; default: create delete deletecollection get list patch update watch. */
  readonly verbs?: readonly string[];
  readonly columns: readonly PrinterColumn<T>[];

  /** Models SetDefaults_*: fills absent fields of a draft from a client. */
  defaults?(draft: T): void;
  /** Clears what a client may not set and derives what the server sets, before validation. */
  prepareForCreate?(draft: T, context: StrategyContext): void;
  prepareForUpdate?(draft: T, old: T, context: StrategyContext): void;
  validate?(draft: T, context: StrategyContext): FieldError[];
  validateUpdate?(draft: T, old: T, context: StrategyContext): FieldError[];
  /** Of a deprecated kind: what every answer warns of, those to reads too. */
  readonly deprecation?: string;
  /**
   * Texts for Warning headers, of an object as it was created, or was written as a whole in place of `old`. Models
   * k8s.io/apiserver pkg/registry/rest WarningsOnCreate and WarningsOnUpdate.
   */
  warnings?(draft: T, old?: T): string[];
  /**
   * Before the draft is prepared for an update, and before it is validated: allocations (clusterIP, node ports). May throw
   * a StatusError. Models k8s.io/apiserver pkg/registry/generic/registry Store.BeginCreate and BeginUpdate.
   */
  begin?(draft: T, old: T | undefined, context: StrategyContext): void;
  /** The kind's own name rule; default: DNS-1123 subdomain. Returns the errors of upstream's validation. */
  validateName?(name: string, prefix: boolean): string[];
  /** The kind has metadata.generation: 1 at first, one more with each change of its spec. */
  readonly hasGeneration?: boolean;
  /** A deletion was asked for and the object stays for now (grace or finalizers): Namespace sets its phase here. */
  prepareForDelete?(draft: T): void;
  /** Something beside metadata.finalizers keeps a deleted object (a namespace's spec.finalizers). */
  isHeld?(object: T): boolean;
  /** Present when the kind has a status subresource; the draft then has the new status on the old rest. */
  readonly status?: {
    prepareForUpdate?(draft: T, old: T, context: StrategyContext): void;
    validateUpdate?(draft: T, old: T, context: StrategyContext): FieldError[];
  };
  /** Present when the kind has the subresource ephemeralcontainers; the draft then is the old object with other ones. */
  readonly ephemeralContainers?: {
    prepareForUpdate(draft: T, old: T): void;
    validateUpdate(draft: T, old: T): FieldError[];
  };
  /** Present when the kind has a scale subresource. */
  readonly scale?: {
    replicas(object: T): { spec: number; status: number; selector: string };
    setReplicas(draft: T, replicas: number): void;
  };
  /**
   * The object as a client sees it at `now` (virtual ms since the Unix epoch), where a part of it is a function of time
   * and makes no revision: renewals and heartbeats. Returns the object itself when nothing is.
   */
  present?(object: T, now: number): KubeObject;
  /** Objects that every cluster shows and none stores; nobody may change or delete them. */
  readonly builtIns?: {
    render(context: StrategyContext): readonly KubeObject[];
    /** Why an update or a deletion of one is refused. */
    refusal(operation: 'UPDATE' | 'DELETE'): string;
  };
  /** Present when a user declared the kind. */
  readonly custom?: {
    /** Requests to a version that is not served are 404; it may yet be the one that objects are stored in. */
    readonly served: boolean;
    /** The apiVersion of stored objects. */
    readonly storedVersion: string;
    /** Takes what the schema does not specify out of a body; returns the paths of it. */
    prune(body: object): string[];
    /** The schema of the OpenAPI document. */
    readonly schema: object;
  };
  /** Present where objects are stored in another version: its columns and hooks see them as they are stored. */
  readonly conversion?: {
    /** The name of this version's schema in `@podlab/api`. */
    readonly schema: string;
    readonly stored: Pick<Strategy, 'group' | 'version'>;
    toStored(object: KubeObject): KubeObject;
    fromStored(object: KubeObject): KubeObject;
  };
  /** Present when the kind is never stored: what a POST of it answers. */
  review?(draft: T, user: UserInfo, authorizer: Authorizer, context: StrategyContext): KubeObject;
  /** Fields that fieldSelector may name, beside metadata.name and metadata.namespace. */
  selectableFields?(object: T): Record<string, string>;
  /** Seconds an object lives on after its delete request; undefined removes it at once (unless finalizers hold it). */
  gracefulSeconds?(object: T, requested: number | undefined): number | undefined;
  /** What a DELETE without propagationPolicy does to dependents; default Background. */
  readonly defaultPropagation?: 'Orphan' | 'Background';
}

/** Every kind that a cluster serves, in the order of discovery. */
export type Registry = readonly Strategy<never>[];
