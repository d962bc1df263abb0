import type { UserInfo } from '@podlab/apiserver';
import { pathOf, resourceOf, type Cluster } from '@podlab/cluster';
import { FaultCreate, type AppliedDocument, type LabAction, type LabAnswers } from '@podlab/contracts';
import { Refusal } from '@podlab/kernel';
import { applyManifests } from '../cluster/apply';
import { choosePod, findObjects } from '../cluster/find-objects';
import { kubeJson, KubeRefused } from '../cluster/kube';
import { runCommand } from '../cluster/run-command';
import { InvalidRequest, NoSender, requestOf, sourceOf } from '../cluster/sender';
import { advance, settle } from '../cluster/settle';
import { valuesOf } from '../cluster/values';
import type { LabInstance } from '../instance/instance';
import { finish, finishData, type TemplateValues } from '../instance/template';
import { drainNode, setUnschedulable } from './drain';

/** An action that can't be done: what it is done to is not there, or the API says no. */
export class ActionFailed extends Refusal {
  override readonly name = 'ActionFailed';
  constructor(
    readonly action: string,
    readonly reason: string,
  ) {
    super(`${action}: ${reason}`);
  }
}

export interface Acting {
  readonly instance: LabInstance;
  readonly user: UserInfo;
  /** What `${name}` stands for, beside the variables, which are put in already. */
  readonly values?: TemplateValues;
}

/** What actions left behind beside the cluster. */
export interface Acted {
  readonly documents: readonly AppliedDocument[];
  readonly answers: Partial<LabAnswers>;
  readonly values: TemplateValues;
}

/** Does one thing after the other. Throws ActionFailed, and InvalidRequest where the action makes no sense. */
export function performActions(cluster: Cluster, actions: readonly LabAction[], acting: Acting): Acted {
  const run = new ActionRun(cluster, acting);
  for (const action of actions) run.perform(action);
  return run;
}

class ActionRun implements Acted {
  readonly documents: AppliedDocument[] = [];
  readonly quiz: Record<string, string[]> = {};
  readonly predictions: Record<string, string> = {};
  values: TemplateValues;

  constructor(
    private readonly cluster: Cluster,
    private readonly acting: Acting,
  ) {
    this.values = acting.values ?? {};
  }

  get answers(): Partial<LabAnswers> {
    return { quiz: this.quiz, predictions: this.predictions };
  }

  perform(template: LabAction): void {
    if ('let' in template) {
      this.values = valuesOf(this.cluster, template.let, this.values, this.namespace);
      return;
    }
    const [name] = Object.keys(template);
    try {
      this.act(finishData(template, this.values));
    } catch (error) {
      if (!(error instanceof Refusal) || error instanceof InvalidRequest) throw error;
      throw new ActionFailed(name, error.message);
    }
  }

  private get namespace(): string {
    return this.acting.instance.document.namespace;
  }

  private act(action: LabAction): void {
    const { cluster } = this;
    const { user, instance } = this.acting;
    if ('apply' in action) this.apply(finish(instance.file(action.apply), this.values));
    else if ('manifest' in action) this.apply(action.manifest);
    else if ('delete' in action) this.delete(action.delete);
    else if ('patch' in action) this.patch(action.patch);
    else if ('scale' in action) this.scale(action.scale);
    else if ('cordon' in action) setUnschedulable(cluster, user, action.cordon, true);
    else if ('uncordon' in action) setUnschedulable(cluster, user, action.uncordon, false);
    else if ('drain' in action) drainNode(cluster, user, action.drain);
    else if ('settle' in action) settle(cluster, action.settle);
    else if ('advance' in action) advance(cluster, action.advance);
    else this.actOutside(action);
  }

  /** What goes round the Kubernetes API. */
  private actOutside(action: LabAction): void {
    const { cluster } = this;
    if ('cloud' in action)
      cluster.perform({ kind: 'Cloud', settings: { ...cluster.cloud(), ...action.cloud } });
    else if ('fault' in action) this.break(action.fault);
    else if ('heal' in action)
      for (const { id, state } of cluster.faults()) {
        if (state === 'Active') cluster.heal(id);
      }
    else if ('request' in action) cluster.send(requestOf(cluster, action.request, this.namespace));
    else if ('exec' in action) this.exec(action.exec);
    else if ('answer' in action) this.answer(action.answer);
  }

  private apply(text: string): void {
    const { user } = this.acting;
    this.documents.push(...applyManifests(this.cluster, text, { user, namespace: this.namespace }));
  }

  private delete(query: Extract<LabAction, { delete: unknown }>['delete']): void {
    const objects = findObjects(this.cluster, query, this.namespace);
    const resource = resourceOf(this.cluster, query.apiVersion, query.kind);
    if (objects.length === 0)
      throw new KubeRefused({ message: `${resource.title} ${query.name ?? 'of these labels'} not found` });
    for (const { metadata } of objects) {
      const path = pathOf(resource, metadata.namespace, metadata.name);
      kubeJson(this.cluster, this.acting.user, { method: 'DELETE', path });
    }
  }

  private patch({ type, patch, ...query }: Extract<LabAction, { patch: unknown }>['patch']): void {
    const content_type = PATCH_TYPES[type];
    const resource = resourceOf(this.cluster, query.apiVersion, query.kind);
    const objects = findObjects(this.cluster, query, this.namespace);
    if (objects.length === 0)
      throw new KubeRefused({ message: `${resource.title} ${query.name ?? 'of these labels'} not found` });
    for (const { metadata } of objects) {
      const path = pathOf(resource, metadata.namespace, metadata.name);
      kubeJson(this.cluster, this.acting.user, { method: 'PATCH', path, content_type, body: patch });
    }
  }

  private scale({
    apiVersion,
    kind,
    namespace,
    name,
    replicas,
  }: Extract<LabAction, { scale: unknown }>['scale']): void {
    const resource = resourceOf(this.cluster, apiVersion, kind);
    kubeJson(this.cluster, this.acting.user, {
      method: 'PATCH',
      path: `${pathOf(resource, namespace ?? this.namespace, name)}/scale`,
      content_type: 'application/merge-patch+json',
      body: { spec: { replicas: Number(replicas) } },
    });
  }

  private break({ target, duration_ms, ...fault }: Extract<LabAction, { fault: unknown }>['fault']): void {
    const { kind, selector } = target;
    const namespace = target.namespace ?? this.namespace;
    const name = target.name ?? choosePod(this.cluster, namespace, selector ?? {});
    if (name === undefined) throw new NoSender(`no pod to break in namespace ${namespace}`);
    const parsed = FaultCreate.safeParse({
      ...fault,
      target: { kind, name, ...(kind === 'Pod' && { namespace }) },
      ...(duration_ms !== undefined && { duration_ms: Number(duration_ms) }),
    });
    if (!parsed.success) throw new InvalidRequest(parsed.error.issues[0].message);
    this.cluster.inject(parsed.data);
  }

  private exec({ from, command, stdin = '' }: Extract<LabAction, { exec: unknown }>['exec']): void {
    const target = sourceOf(this.cluster, from, this.namespace);
    if (target.kind === 'External') throw new InvalidRequest('a command runs in a pod or on a node');
    runCommand(this.cluster, { target, command, stdin });
  }

  private answer({ name, value }: Extract<LabAction, { answer: unknown }>['answer']): void {
    if (Array.isArray(value)) this.quiz[name] = value;
    else {
      this.quiz[name] = [value];
      this.predictions[name] = value;
    }
  }
}

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;
