import type { Node } from '@podlab/api';
import type { PrinterColumn } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn, wideColumn } from '../../printing/cells';

const ADDRESSES =
  'List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses';
const ROLE_PREFIX = 'node-role.kubernetes.io/';

/** Models pkg/printers/internalversion printNode. */
export const NODE_COLUMNS: readonly PrinterColumn<Node>[] = [
  NAME_COLUMN,
  textColumn('Status', 'The status of the node', status),
  textColumn('Roles', 'The roles of the node', roles),
  AGE_COLUMN,
  textColumn(
    'Version',
    'Kubelet Version reported by the node.',
    (node) => node.status?.nodeInfo?.kubeletVersion ?? '',
  ),
  wideColumn('Internal-IP', ADDRESSES, (node) => address(node, 'InternalIP')),
  wideColumn('External-IP', ADDRESSES, (node) => address(node, 'ExternalIP')),
  wideColumn(
    'OS-Image',
    'OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).',
    (node) => known(node.status?.nodeInfo?.osImage),
  ),
  wideColumn(
    'Kernel-Version',
    "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).",
    (node) => known(node.status?.nodeInfo?.kernelVersion),
  ),
  wideColumn(
    'Container-Runtime',
    'ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).',
    (node) => known(node.status?.nodeInfo?.containerRuntimeVersion),
  ),
];

function status({ spec, status: reported }: Node): string {
  const ready = reported?.conditions?.find((condition) => condition.type === 'Ready');
  const text = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return spec.unschedulable ? `${text},SchedulingDisabled` : text;
}

function roles({ metadata }: Node): string {
  const found = new Set<string>();
  for (const [label, value] of Object.entries(metadata.labels ?? {})) {
    if (label.startsWith(ROLE_PREFIX) && label.length > ROLE_PREFIX.length)
      found.add(label.slice(ROLE_PREFIX.length));
    else if (label === 'kubernetes.io/role' && value) found.add(value);
  }
  return [...found].sort().join(',') || '<none>';
}

function address({ status: reported }: Node, type: string): string {
  return reported?.addresses?.find((each) => each.type === type)?.address ?? '<none>';
}

const known = (text: string | undefined) => text || '<unknown>';
