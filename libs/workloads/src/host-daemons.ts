import { baseName } from './file-system';

/** Where the numbers of containers' processes begin, as their host counts them. */
export const HOST_PID_BASE = 1000;
/** What runs on a node beside its containers. */
export const HOST_DAEMONS: readonly (readonly [number, ...string[]])[] = [
  [212, '/usr/local/bin/containerd'],
  [
    264,
    '/usr/bin/kubelet',
    '--config=/var/lib/kubelet/config.yaml',
    '--kubeconfig=/etc/kubernetes/kubelet.conf',
  ],
  [391, '/usr/local/bin/kube-proxy', '--config=/var/lib/kube-proxy/config.conf'],
  [402, '/opt/bin/flanneld', '--ip-masq', '--kube-subnet-mgr'],
];

/** The process of a node that is no container, by the name of its handler: `kubelet/api`. */
export function daemonOf(handler: string): { name: string; pid: number } | undefined {
  const [owner] = handler.split('/');
  const found = HOST_DAEMONS.find(([, path]) => baseName(path) === owner);
  return found && { name: owner, pid: found[0] };
}
