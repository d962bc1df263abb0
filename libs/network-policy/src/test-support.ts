import type { Namespace, NetworkPolicy, NetworkPolicySpec, Pod } from '@podlab/api';
import type { Labels } from '@podlab/apimachinery';
import { PolicyEngine } from './engine';

/** Objects as the API would hand them to the engine, defaults filled in, for the specs of this library. */

export interface PodFields {
  readonly labels?: Labels;
  readonly ip?: string;
  readonly node?: string;
  readonly ports?: readonly {
    readonly name: string;
    readonly containerPort: number;
    readonly protocol?: string;
  }[];
  readonly hostNetwork?: boolean;
  readonly phase?: string;
}

export function pod(key: string, fields: PodFields = {}): Pod {
  const [namespace, name] = key.split('/');
  const {
    labels = {},
    ip = '10.244.1.1',
    node = 'node-a',
    ports = [],
    hostNetwork,
    phase = 'Running',
  } = fields;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: { ...labels } },
    spec: {
      nodeName: node,
      containers: [
        { name: 'main', image: 'nginx', ports: ports.map((port) => ({ protocol: 'TCP', ...port })) },
      ],
      ...(hostNetwork !== undefined && { hostNetwork }),
    },
    status: { phase, podIP: ip, podIPs: [{ ip }] },
  };
}

export function namespace(name: string, labels: Labels = {}): Namespace {
  const all = { 'kubernetes.io/metadata.name': name, ...labels };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: all }, spec: {} };
}

/** A policy with the defaults that the API writes. */
export function policy(key: string, spec: NetworkPolicySpec): NetworkPolicy {
  const [home, name] = key.split('/');
  const egress = (spec.egress ?? []).length > 0;
  const policyTypes = spec.policyTypes ?? (egress ? ['Ingress', 'Egress'] : ['Ingress']);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: home, name },
    spec: { podSelector: {}, ...spec, policyTypes },
  };
}

export function engineOf(objects: {
  readonly policies?: readonly NetworkPolicy[];
  readonly pods?: readonly Pod[];
  readonly namespaces?: readonly Namespace[];
}): PolicyEngine {
  const engine = new PolicyEngine();
  for (const each of objects.namespaces ?? []) engine.setNamespace(each);
  for (const each of objects.pods ?? []) engine.setPod(each);
  for (const each of objects.policies ?? []) engine.setPolicy(each);
  return engine;
}
