import type { ConfigMap, Container, Pod, Secret, Service } from '@podlab/api';
import { base64Decode, utf8Decode } from '@podlab/kernel';
import type { ComponentContext } from '@podlab/client';
import { podIps, type PodRecord } from './pod-record';

type Informers = ComponentContext['informers'];

/** A container can't start: a key or an object that it names is missing. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError';
}

/** Variables of a container's own, and those of the Services around it, which many containers share. */
export interface ContainerEnvironment {
  readonly own: Readonly<Record<string, string>>;
  readonly services: SharedVariables;
}

/** `id` is the same as long as the variables are. */
export interface SharedVariables {
  readonly id: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The environment of a container: envFrom, then env, over the Services' variables.
 * Models pkg/kubelet/kubelet_pods.go makeEnvironmentVariables. Throws {@link ContainerConfigError}.
 */
export function containerEnvironment(
  informers: Informers,
  services: SharedVariables,
  pod: Pod,
  container: Container,
  record: PodRecord,
  hostIps: readonly string[],
): ContainerEnvironment {
  const own: Record<string, string> = {};
  let length = 0;
  for (const source of container.envFrom ?? []) {
    const { configMapRef, secretRef, prefix = '' } = source;
    const reference = configMapRef ?? secretRef;
    if (!reference?.name) continue;
    const data = configMapRef
      ? configMapData(informers, pod, reference.name, reference.optional)
      : secretData(informers, pod, reference.name, reference.optional);
    for (const [key, value] of Object.entries(data)) own[prefix + key] = value;
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const found = valueFrom
      ? valueOf(informers, pod, record, hostIps, valueFrom)
      : expand(value ?? '', { ...services.variables, ...own });
    if (found === undefined) continue;
    length += name.length + found.length;
    if (length > LONGEST_ENVIRONMENT) throw tooLong();
    own[name] = found;
  }
  return { own, services };
}

/** The container as it is started, with variables in its command. Models pkg/kubelet/container/helpers.go ExpandContainerCommandAndArgs. */
export function withVariables(container: Container, { own, services }: ContainerEnvironment): Container {
  const { command, args } = container;
  if (![...(command ?? []), ...(args ?? [])].some((word) => word.includes('$'))) return container;
  const variables = { ...services.variables, ...own };
  const expanded = (words: string[]) => words.map((word) => expand(word, variables));
  return {
    ...container,
    ...(command && { command: expanded(command) }),
    ...(args && { args: expanded(args) }),
  };
}

/** What Linux hands to a process: MAX_ARG_STRLEN one string, a quarter of the usual stack limit all together. */
const LONGEST_VALUE = 131_071;
const LONGEST_ENVIRONMENT = 2_097_152;

const tooLong = () => new ContainerConfigError('argument list too long');

/**
 * `$(NAME)` stands for a variable defined before; `$$` is a dollar. Models third_party/forked/golang/expansion.
 * Variables made of variables grow with each one: what no process can be given throws {@link ContainerConfigError}.
 */
export function expand(text: string, environment: Readonly<Record<string, string>>): string {
  let length = text.length;
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name?: string) => {
    if (whole === '$$') return '$';
    if (name === undefined || !Object.hasOwn(environment, name)) return whole;
    length += environment[name].length;
    if (length > LONGEST_VALUE) throw tooLong();
    return environment[name];
  });
}

type ValueFrom = NonNullable<NonNullable<Container['env']>[number]['valueFrom']>;

function valueOf(
  informers: Informers,
  pod: Pod,
  record: PodRecord,
  hostIps: readonly string[],
  from: ValueFrom,
): string | undefined {
  if (from.fieldRef) return fieldOf(pod, record, hostIps, from.fieldRef.fieldPath);
  const reference = from.configMapKeyRef ?? from.secretKeyRef;
  if (!reference?.name) return undefined;
  const kind = from.configMapKeyRef ? 'ConfigMap' : 'Secret';
  const data = from.configMapKeyRef
    ? configMapData(informers, pod, reference.name, reference.optional)
    : secretData(informers, pod, reference.name, reference.optional);
  if (Object.hasOwn(data, reference.key)) return data[reference.key];
  if (reference.optional) return undefined;
  const where = `${pod.metadata.namespace}/${reference.name}`;
  throw new ContainerConfigError(`couldn't find key ${reference.key} in ${kind} ${where}`);
}

function configMapData(
  informers: Informers,
  pod: Pod,
  name: string,
  optional = false,
): Record<string, string> {
  const found = informers.for<ConfigMap>('configmaps').get(`${pod.metadata.namespace}/${name}`);
  if (!found && !optional) throw new ContainerConfigError(`configmap "${name}" not found`);
  return found?.data ?? {};
}

function secretData(informers: Informers, pod: Pod, name: string, optional = false): Record<string, string> {
  const found = informers.for<Secret>('secrets').get(`${pod.metadata.namespace}/${name}`);
  if (!found && !optional) throw new ContainerConfigError(`secret "${name}" not found`);
  const decoded = Object.entries(found?.data ?? {}).map(([key, value]) => [
    key,
    utf8Decode(base64Decode(value) ?? new Uint8Array()),
  ]);
  return Object.fromEntries(decoded) as Record<string, string>;
}

function fieldOf(pod: Pod, record: PodRecord, hostIps: readonly string[], path: string): string {
  const { name, namespace = '', uid = '', labels = {}, annotations = {} } = pod.metadata;
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (subscript) return ownText(subscript[1] === 'labels' ? labels : annotations, subscript[2]);
  const fields: Record<string, string> = {
    'metadata.name': name,
    'metadata.namespace': namespace,
    'metadata.uid': uid,
    'spec.nodeName': record.node,
    'spec.serviceAccountName': pod.spec.serviceAccountName ?? '',
    'status.hostIP': hostIps[0],
    'status.hostIPs': hostIps.join(','),
    'status.podIP': record.ip ?? '',
    'status.podIPs': podIps(record).join(','),
  };
  return ownText(fields, path);
}

const ownText = (texts: Readonly<Record<string, string>>, key: string) =>
  Object.hasOwn(texts, key) ? texts[key] : '';

/** The variables of Services, found once a namespace until a Service changes: many containers share them. */
export class ServiceVariables {
  private readonly known = new Map<string, SharedVariables>();

  constructor(private readonly informers: Informers) {
    const forget = () => this.known.clear();
    informers.for<Service>('services').addHandlers({ onAdd: forget, onUpdate: forget, onDelete: forget });
  }

  of(pod: Pod): SharedVariables {
    const key = `${pod.metadata.namespace}/${pod.spec.enableServiceLinks !== false}`;
    let variables = this.known.get(key);
    if (!variables) this.known.set(key, (variables = serviceVariables(this.informers, pod)));
    return variables;
  }
}

/** Models pkg/kubelet/envvars FromServices: every Service of the namespace, and `kubernetes` of default. */
function serviceVariables(informers: Informers, pod: Pod): SharedVariables {
  const services = informers.for<Service>('services');
  const master = services.get('default/kubernetes');
  const own = pod.spec.enableServiceLinks === false ? [] : services.list(pod.metadata.namespace);
  const all = new Map(
    [...(master ? [master] : []), ...own].map((service) => [service.metadata.name, service]),
  );
  const variables: Record<string, string> = {};
  for (const service of all.values()) Object.assign(variables, variablesOf(service));
  const newest = Math.max(0, ...[...all.values()].map(({ metadata }) => Number(metadata.resourceVersion)));
  return { id: `${pod.metadata.namespace}/${all.size}/${newest}`, variables };
}

function variablesOf(service: Service): Record<string, string> {
  const { clusterIP, ports = [] } = service.spec;
  if (!clusterIP || clusterIP === 'None' || ports.length === 0) return {};
  const prefix = variableName(service.metadata.name);
  const variables = linkVariables(prefix, clusterIP, ports);
  variables[`${prefix}_SERVICE_HOST`] = clusterIP;
  variables[`${prefix}_SERVICE_PORT`] = String(ports[0].port);
  for (const port of ports) {
    if (port.name) variables[`${prefix}_SERVICE_PORT_${variableName(port.name)}`] = String(port.port);
  }
  return variables;
}

/** Docker's link variables. */
function linkVariables(
  prefix: string,
  ip: string,
  ports: NonNullable<Service['spec']['ports']>,
): Record<string, string> {
  const variables: Record<string, string> = {};
  ports.forEach(({ port, protocol = 'TCP' }, index) => {
    const lower = protocol.toLowerCase();
    const own = `${prefix}_PORT_${port}_${protocol}`;
    const address = `${lower}://${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
    if (index === 0) variables[`${prefix}_PORT`] = address;
    Object.assign(variables, {
      [own]: address,
      [`${own}_PROTO`]: lower,
      [`${own}_PORT`]: String(port),
      [`${own}_ADDR`]: ip,
    });
  });
  return variables;
}

const variableName = (name: string) => name.toUpperCase().replace(/-/g, '_');
