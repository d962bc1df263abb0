import type { Container, Pod, PodSpec, ServiceAccount, Volume } from '@podlab/api';
import { newForbidden } from '@podlab/apimachinery';
import { groupResourceOf } from '../registry/strategy-index';
import type { AdmissionPlugin, AdmissionRequest } from './admission';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Gives each pod its service account and the account's token as a volume. Models plugin/pkg/admission/serviceaccount. */
export const serviceAccountAdmission: AdmissionPlugin = {
  name: 'ServiceAccount',
  admit(request) {
    if (request.operation !== 'CREATE' || groupResourceOf(request.strategy) !== 'pods') return;
    const spec = (request.object as Pod).spec;
    spec.serviceAccountName ||= 'default';
    spec.serviceAccount = spec.serviceAccountName;
    const account = requireAccount(request, spec.serviceAccountName);
    if (account.imagePullSecrets && !spec.imagePullSecrets?.length)
      spec.imagePullSecrets = account.imagePullSecrets;
    if ((spec.automountServiceAccountToken ?? account.automountServiceAccountToken) !== false) {
      mountToken(spec, `kube-api-access-${request.context.random.suffix(5)}`);
    }
  },
};

function requireAccount({ namespace, name, context }: AdmissionRequest, account: string): ServiceAccount {
  const found = context.get('serviceaccounts', `${namespace}/${account}`) as ServiceAccount | undefined;
  if (found) return found;
  const reason = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
  throw newForbidden('pods', name, reason);
}

function mountToken(spec: PodSpec, volumeName: string): void {
  let used = false;
  const mount = (container: Container) => {
    if (container.volumeMounts?.some((each) => each.mountPath === TOKEN_PATH)) return;
    used = true;
    (container.volumeMounts ??= []).push({ name: volumeName, readOnly: true, mountPath: TOKEN_PATH });
  };
  spec.initContainers?.forEach(mount);
  spec.containers.forEach(mount);
  if (used) (spec.volumes ??= []).push(tokenVolume(volumeName));
}

function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      defaultMode: 0o644,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
    },
  };
}
