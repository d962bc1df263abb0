import type { Node } from '@podlab/api';
import type { Informer } from '@podlab/client';
import { rfc3339Micro } from '@podlab/kernel';
import { KERNEL_VERSION, type HostFiles, type Workloads } from '@podlab/workloads';

const OS_RELEASE =
  'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nVERSION="13 (trixie)"\nID=debian\n';
const FLANNEL_CONFLIST = `{
  "name": "cbr0",
  "cniVersion": "0.3.1",
  "plugins": [
    {
      "type": "flannel",
      "delegate": {
        "hairpinMode": true,
        "isDefaultGateway": true
      }
    },
    {
      "type": "portmap",
      "capabilities": {
        "portMappings": true
      }
    }
  ]
}
`;
const KUBELET_CONF = `apiVersion: v1
clusters:
- cluster:
    certificate-authority: /etc/kubernetes/pki/ca.crt
    server: https://SERVER
  name: default-cluster
contexts:
- context:
    cluster: default-cluster
    namespace: default
    user: default-auth
  name: default-context
current-context: default-context
kind: Config
users:
- name: default-auth
  user:
    client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem
    client-key: /var/lib/kubelet/pki/kubelet-client-current.pem
`;

export interface NodeFileSettings {
  readonly pod_cidr: string;
  readonly dns_ip: string;
  /** `host:port` of the API server as kubelets reach it. */
  readonly server: string;
  readonly nameserver: string;
  readonly root_ca: string;
}

/** The files that a node has of the cluster: configuration that follows from it, and the logs of its containers. */
export class NodeFiles implements HostFiles {
  constructor(
    private readonly settings: NodeFileSettings,
    private readonly nodes: Informer<Node>,
    private readonly workloads: Workloads,
  ) {}

  /** What a node is born with. */
  private fixed(node: string): Record<string, string> {
    const addresses = (this.nodes.get(node)?.status?.addresses ?? []).filter(
      ({ type }) => type === 'InternalIP',
    );
    const own = addresses.map(({ address }) => `${address}\t${node}\n`).join('');
    return {
      '/etc/hostname': `${node}\n`,
      '/etc/hosts': `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${own}`,
      '/etc/resolv.conf': `nameserver ${this.settings.nameserver}\n`,
      '/etc/os-release': OS_RELEASE,
      '/proc/version': KERNEL_VERSION,
    };
  }

  read(node: string, path: string): string | undefined {
    const { settings } = this;
    switch (path) {
      case '/etc/kubernetes/kubelet.conf':
        return KUBELET_CONF.replace('SERVER', settings.server);
      case '/etc/kubernetes/pki/ca.crt':
        return settings.root_ca;
      case '/var/lib/kubelet/config.yaml':
        return this.kubeletConfiguration();
      case '/etc/cni/net.d/10-flannel.conflist':
        return FLANNEL_CONFLIST;
      case '/run/flannel/subnet.env':
        return this.subnet(node);
      default:
        return path.startsWith(LOGS) ? this.log(node, path) : ownText(this.fixed(node), path);
    }
  }

  paths(node: string): readonly string[] {
    return [
      ...Object.keys(this.fixed(node)),
      ...FIXED_PATHS,
      ...this.workloads.containersOn(node).map(({ id }) => logPath(this.workloads, id)),
    ];
  }

  private kubeletConfiguration(): string {
    return [
      'apiVersion: kubelet.config.k8s.io/v1beta1',
      'cgroupDriver: systemd',
      'clusterDNS:',
      `- ${this.settings.dns_ip}`,
      'clusterDomain: cluster.local',
      'kind: KubeletConfiguration',
      '',
    ].join('\n');
  }

  /** Models flannel pkg/subnet/subnet.go WriteSubnetFile. */
  private subnet(node: string): string {
    const cidr = this.nodes.get(node)?.spec.podCIDR ?? '';
    const first = cidr.replace(/0\/([0-9]+)$/, '1/$1').replace(/::\/([0-9]+)$/, '::1/$1');
    const network = this.settings.pod_cidr.split(',')[0];
    return `FLANNEL_NETWORK=${network}\nFLANNEL_SUBNET=${first}\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n`;
  }

  /** A container's log in the format of the container runtime interface. */
  private log(node: string, path: string): string | undefined {
    const found = this.workloads.containersOn(node).find(({ id }) => logPath(this.workloads, id) === path);
    return (
      found &&
      this.workloads
        .logs(found.id)
        .map(({ at, stream, text }) => `${rfc3339Micro(at).replace('Z', '000Z')} ${stream} F ${text}\n`)
        .join('')
    );
  }
}

const ownText = (texts: Readonly<Record<string, string>>, path: string): string | undefined =>
  Object.hasOwn(texts, path) ? texts[path] : undefined;

const LOGS = '/var/log/pods/';
const FIXED_PATHS: readonly string[] = [
  '/etc/cni/net.d/10-flannel.conflist',
  '/etc/kubernetes/kubelet.conf',
  '/etc/kubernetes/pki/ca.crt',
  '/run/flannel/subnet.env',
  '/var/lib/kubelet/config.yaml',
];

/** Models pkg/kubelet/kuberuntime/helpers.go BuildContainerLogsDirectory. */
function logPath(workloads: Workloads, id: string): string {
  const start = workloads.containerStart(id);
  const run = id.slice(id.lastIndexOf('/') + 1);
  return `${LOGS}${start?.namespace}_${start?.podName}_${start?.podUid}/${start?.name}/${run}.log`;
}
