import type { Box, Point } from '../../lib/geometry';
import { podId } from './group';
import { type Layout, nodeId, serviceId } from './drawing';
import type { Scene } from './scene';

export interface EndpointLine {
  key: string;
  service: string;
  /** The pods at its end: one, or those of a stack. */
  pods: string[];
  ready: boolean;
  path: string;
  end: Point;
}

const GUTTER = 12;
const LANES = 3;
const LANE = 4;

/**
 * The lines from Services to pods: down the right gutter of the pod's room, and into the pod from there. Siblings in
 * one stack share a line for those that are ready, and one for those that are not.
 */
export function endpointLines(scene: Scene, layout: Layout): EndpointLine[] {
  const stacks = stacksByPod(layout);
  const rooms = roomsByPod(scene, layout);
  return scene.services.flatMap((service, lane) => {
    const from = layout.boxes.get(serviceId(service.key));
    const lines = new Map<string, EndpointLine>();
    for (const { pod, ready } of service.endpoints) {
      const room = pod === null ? undefined : rooms.get(pod);
      const id = pod === null ? undefined : (stacks.get(pod) ?? podId(pod));
      const box = id === undefined ? undefined : layout.boxes.get(id);
      if (!from || !room || !box || pod === null) continue;
      const key = `${service.key} ${id} ${ready}`;
      const line = lines.get(key);
      const gutter = room.x + room.width - GUTTER + ((lane % LANES) - 1) * LANE;
      if (line) line.pods.push(pod);
      else
        lines.set(key, { key, service: service.key, pods: [pod], ready, ...lineTo(from, room, box, gutter) });
    }
    return [...lines.values()];
  });
}

/** Rooms below the first row are reached beside the rooms above them, not across. */
const ACROSS = 160;

function approach(start: Point, room: Box, gutter: number): string {
  if (room.y - start.y < ACROSS) {
    const bend = (room.y - start.y) * 0.6;
    return `M${start.x} ${start.y}C${start.x} ${start.y + bend} ${gutter} ${room.y - bend} ${gutter} ${room.y + 6}`;
  }
  const margin = room.x + room.width + 6;
  const beside = `M${start.x} ${start.y}C${start.x} ${start.y + 34} ${margin} ${start.y} ${margin} ${start.y + 44}`;
  return `${beside}L${margin} ${room.y - 14}Q${margin} ${room.y - 4} ${gutter} ${room.y + 6}`;
}

function lineTo(from: Box, room: Box, pod: Box, gutter: number): { path: string; end: Point } {
  const down = approach({ x: from.x + from.width / 2, y: from.y + from.height }, room, gutter);
  if (gutter - (pod.x + pod.width) < 30) {
    const end = { x: pod.x + pod.width + 3, y: pod.y + pod.height / 2 };
    return { path: `${down}L${gutter} ${end.y - 6}Q${gutter} ${end.y} ${end.x} ${end.y}`, end };
  }
  const end = { x: pod.x + pod.width - 18, y: pod.y };
  return {
    path: `${down}L${gutter} ${end.y - 11}Q${gutter} ${end.y - 5} ${gutter - 6} ${end.y - 5}L${end.x} ${end.y - 5}`,
    end,
  };
}

function stacksByPod(layout: Layout): Map<string, string> {
  const stacks = new Map<string, string>();
  for (const tenant of layout.tenants) {
    if (tenant.kind === 'stack') for (const pod of tenant.pods) stacks.set(pod.key, tenant.id);
  }
  return stacks;
}

function roomsByPod(scene: Scene, layout: Layout): Map<string, Box> {
  const rooms = new Map<string, Box>();
  for (const node of scene.nodes) {
    const room = layout.boxes.get(nodeId(node.name));
    if (room) for (const pod of node.pods) rooms.set(pod.key, room);
  }
  return rooms;
}
