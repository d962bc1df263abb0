import type { ContainerImage, Node } from '@podlab/api';
import type { Registry, Strategy } from '@podlab/apiserver';
import { hex, sha256 } from '@podlab/kernel';

/** The kinds of a cluster, whose nodes show what follows from them and is kept nowhere: their images and identifiers. */
export function withNodeImages(registry: Registry, imagesOn: (node: string) => ContainerImage[]): Registry {
  const shown = (nodes: Strategy<Node>): Strategy<Node> => ({
    ...nodes,
    present: (node, now) => withMachine((nodes.present?.(node, now) ?? node) as Node, imagesOn),
  });
  const own: readonly unknown[] = registry.map((strategy) =>
    strategy.resource === 'nodes' && strategy.group === ''
      ? shown(strategy as unknown as Strategy<Node>)
      : strategy,
  );
  return own as Registry;
}

function withMachine(node: Node, imagesOn: (node: string) => ContainerImage[]): Node {
  const { nodeInfo } = node.status ?? {};
  if (!nodeInfo) return node;
  const images = imagesOn(node.metadata.name);
  const digits = hex(sha256(`machine of ${node.metadata.uid}`));
  const machine = {
    machineID: nodeInfo.machineID || digits.slice(0, 32),
    systemUUID: nodeInfo.systemUUID || inGroups(digits.slice(32)),
    bootID: nodeInfo.bootID || inGroups(digits.slice(16, 48)),
  };
  return {
    ...node,
    status: { ...node.status, ...(images.length > 0 && { images }), nodeInfo: { ...nodeInfo, ...machine } },
  };
}

/** 32 digits as a UUID is written. */
const inGroups = (digits: string): string =>
  digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
