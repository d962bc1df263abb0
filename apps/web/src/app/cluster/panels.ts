'use client';
/** The panels that are not the first one seen: each is loaded when it is opened. */
import dynamic from 'next/dynamic';

export const FaultPanel = dynamic(
  () => import('../../features/faults/fault-panel').then((module) => module.FaultPanel),
  { ssr: false },
);
export const KubectlPanel = dynamic(
  () => import('../../features/kubeconfig/kubectl-panel').then((module) => module.KubectlPanel),
  { ssr: false },
);
export const MakePanel = dynamic(
  () => import('../../features/make/make-panel').then((module) => module.MakePanel),
  { ssr: false },
);
export const NodeTables = dynamic(
  () => import('../../features/nodes/node-tables').then((module) => module.NodeTables),
  { ssr: false },
);
export const ObjectsPanel = dynamic(
  () => import('../../features/objects/objects-panel').then((module) => module.ObjectsPanel),
  { ssr: false },
);
export const ShellPanel = dynamic(
  () => import('../../features/shell/shell-panel').then((module) => module.ShellPanel),
  { ssr: false },
);
