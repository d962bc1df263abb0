import type { Box, Point } from '../../lib/geometry';
import { type Area, columnsFor, type Drawing, GAP, nodeId, POD } from './drawing';
import { groupPods, type Tenant } from './group';

const ROOM_MINIMUM = 216;
const ROOM_LEFT = 30;
const ROOM_RIGHT = 22;
const BRIDGE = 15;

/** The nodes as rooms on one bus a row, each with its pods plugged into its bridge. Returns their lower edge. */
export function placeRooms(drawing: Drawing, area: Area, root: Point, floor: number): number {
  const { scene, options, metrics } = drawing;
  const columns = columnsFor(area.width, ROOM_MINIMUM, GAP, Math.max(scene.nodes.length, 1));
  const width = (area.width - GAP * (columns - 1)) / columns;
  const podColumns = columnsFor(width - ROOM_LEFT - ROOM_RIGHT, POD.minimum, POD.gap, 8);
  let y = area.y;
  for (let first = 0; first < scene.nodes.length; first += columns) {
    const row = scene.nodes.slice(first, first + columns);
    const guests = row.map((node) => groupPods(node.name, node.pods, options.podsPerRoom, options.apart));
    const rows = Math.max(2, ...guests.map((tenants) => Math.ceil(tenants.length / podColumns)));
    const spare = columns >= scene.nodes.length ? floor - y : 0;
    const height = Math.max(metrics.head + rows * (metrics.pod + POD.gap) + 4, spare);
    for (const [column, node] of row.entries()) {
      const room = { x: area.x + column * (width + GAP), y, width, height };
      drawing.boxes.set(nodeId(node.name), room);
      const bus = y - 16;
      const door = { x: room.x + BRIDGE, y };
      drawing.connect(nodeId(node.name), [door, { x: door.x, y: bus }, { x: root.x, y: bus }, root]);
      placePods(drawing, room, guests[column]!, podColumns, drawing.toRoot.get(nodeId(node.name))!);
    }
    y += height + GAP + 28;
  }
  return scene.nodes.length === 0 ? area.y : y - GAP - 28;
}

function placePods(
  drawing: Drawing,
  room: Box,
  tenants: readonly Tenant[],
  columns: number,
  fromDoor: readonly Point[],
): void {
  const door = fromDoor[0]!;
  const width = (room.width - ROOM_LEFT - ROOM_RIGHT - POD.gap * (columns - 1)) / columns;
  for (const [index, tenant] of tenants.entries()) {
    const column = index % columns;
    const box: Box = {
      x: room.x + ROOM_LEFT + column * (width + POD.gap),
      y: room.y + drawing.metrics.head + Math.floor(index / columns) * (drawing.metrics.pod + POD.gap),
      width,
      height: drawing.metrics.pod,
    };
    const plug = plugOf(box, column === 0, door.x);
    drawing.boxes.set(tenant.id, box);
    drawing.tenants.push(tenant);
    drawing.wires.push([...plug, door]);
    drawing.toRoot.set(tenant.id, [...plug, ...fromDoor]);
  }
}

/** The first column is plugged in from the side, the others from above, between the rows. */
function plugOf(box: Box, first: boolean, bridge: number): Point[] {
  if (first) {
    const y = box.y + box.height / 2;
    return [
      { x: box.x, y },
      { x: bridge, y },
    ];
  }
  const x = box.x + 20;
  const y = box.y - POD.gap / 2;
  return [
    { x, y: box.y },
    { x, y },
    { x: bridge, y },
  ];
}
