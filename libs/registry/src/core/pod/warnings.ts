import type { Pod, PodSpec, PodTemplateSpec } from '@podlab/api';
import { dns1123LabelErrors, Path, quote } from '@podlab/apimachinery';
import { addressWarning } from '../../validation/addresses';
import { fractionalBytesWarnings } from '../../validation/fractional-bytes';
import { BYTES, containerWarnings, portWarnings } from './warnings-containers';
import { nodeLabelWarnings, podAffinityWarnings } from './warnings-scheduling';
import { overlappingPathWarnings, volumeWarnings } from './warnings-volumes';

const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';
const DEPRECATED_ANNOTATIONS = [
  [
    'scheduler.alpha.kubernetes.io/critical-pod',
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  ],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  [
    'security.alpha.kubernetes.io/unsafe-sysctls',
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
] as const;

/** Of a new pod only: its updates are mostly made by machines. Models podStrategy WarningsOnCreate and WarningsOnUpdate. */
export function podWarnings(pod: Pod, old?: Pod): string[] {
  if (old) return [];
  return [...nameWarnings(pod.metadata.name, "the Pod's hostname"), ...podTemplateWarnings(pod, Path.root)];
}

/** What is said of a name that is no DNS label, where it is `usedIn` names that are. */
export function nameWarnings(name: string, usedIn: string): string[] {
  const errors = dns1123LabelErrors(name);
  if (errors.length === 0) return [];
  return [
    `metadata.name: this is used in ${usedIn}, which can result in surprising behavior; a DNS label is recommended: [${errors.join(' ')}]`,
  ];
}

/** What is accepted in the pod at `path` and most likely not meant. Models pkg/api/pod warnings.go warningsForPodSpecAndMeta. */
export function podTemplateWarnings({ metadata, spec }: PodTemplateSpec, path: Path): string[] {
  if (!spec) return [];
  const annotations = metadata?.annotations ?? {};
  const at = path.child('spec');
  return [
    ...nodeLabelWarnings(spec, at),
    ...DEPRECATED_ANNOTATIONS.filter(([key]) => key in annotations).map(
      ([key, text]) => `${path.child('metadata', 'annotations').key(key).toString()}: ${text}`,
    ),
    ...volumeWarnings(spec.volumes ?? [], at.child('volumes')),
    ...overlappingPathWarnings(spec.volumes ?? []),
    ...duplicateWarnings(spec, at),
    ...fractionalBytesWarnings(spec.overhead, BYTES, at.child('overhead')),
    ...(!spec.securityContext?.seccompProfile && SECCOMP in annotations
      ? [
          `${path.child('metadata', 'annotations').key(SECCOMP).toString()}: non-functional in v1.27+; use the "seccompProfile" field instead`,
        ]
      : []),
    ...containerWarnings(spec, annotations, path),
    ...portWarnings(spec, path),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [
          `${at.child('terminationGracePeriodSeconds').toString()}: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...podAffinityWarnings(spec, at),
    ...addressWarnings(spec, at),
  ];
}

function duplicateWarnings({ hostAliases = [], imagePullSecrets = [] }: PodSpec, path: Path): string[] {
  const repeated = (values: readonly string[], word: string, list: string) =>
    values.flatMap((value, index) =>
      values.indexOf(value) < index
        ? [`${path.child(list).index(index).child(word).toString()}: duplicate ${word} ${quote(value)}`]
        : [],
    );
  const secrets = imagePullSecrets.map(({ name = '' }) => name);
  return [
    ...repeated(
      hostAliases.map(({ ip = '' }) => ip),
      'ip',
      'hostAliases',
    ),
    ...repeated(secrets, 'name', 'imagePullSecrets'),
    ...secrets.flatMap((name, index) => {
      const at = path.child('imagePullSecrets').index(index).child('name');
      return name === '' ? [`${at.toString()}: invalid empty name ""`] : [];
    }),
  ];
}

function addressWarnings({ dnsConfig, hostAliases = [] }: PodSpec, path: Path): string[] {
  const of = (address: string, at: Path) => addressWarning(at.toString(), address);
  return [
    ...(dnsConfig?.nameservers ?? []).flatMap((address, index) =>
      of(address, path.child('dnsConfig', 'nameservers').index(index)),
    ),
    ...hostAliases.flatMap(({ ip = '' }, index) =>
      of(ip, path.child('hostAliases').index(index).child('ip')),
    ),
  ];
}
