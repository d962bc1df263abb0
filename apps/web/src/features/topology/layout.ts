import type { Box, Point } from '../../lib/geometry';
import { groupPods, type Tenant } from './group';
import type { Scene } from './scene';

/** Where everything stands, and the wires that join it: a tree, whose root is outside the cluster. */
export interface Layout {
  width: number;
  height: number;
  boxes: ReadonlyMap<string, Box>;
  tenants: readonly Tenant[];
  wires: readonly Point[][];
  /** From a place along the wires to the root. */
  toRoot: ReadonlyMap<string, Point[]>;
}

export interface LayoutOptions {
  width: number;
  podsPerRoom: number;
  apart: ReadonlySet<string>;
}

export const OUTSIDE = 'outside';
export const CLUSTER = 'cluster';
export const SERVICES = 'services';
export const WAITING = 'waiting';
export const CONTROL = 'control';
export const DNS = 'dns';
export const nodeId = (name: string): string => `node:${name}`;
export const serviceId = (key: string): string => `service:${key}`;
export const balancerId = (key: string): string => `balancer:${key}`;

const EDGE = 16;
const GAP = 12;
const OUTSIDE_CARD = { width: 216, height: 62 };
const SERVICE_CARD = { width: 248, height: 84 };
const WIRE_SPACE = 40;
const ROOM_MINIMUM = 236;
const ROOM_HEAD = 58;
const ROOM_EDGE = 12;
const BRIDGE = 16;
const POD = { minimum: 126, height: 66, gap: 10 };
const CONTROL_HEIGHT = 92;

/** As many equal columns as fit, each at least `minimum` wide. */
export const columnsFor = (width: number, minimum: number, gap: number, most: number): number =>
  Math.max(1, Math.min(most, Math.floor((width + gap) / (minimum + gap))));

class Drawing {
  readonly boxes = new Map<string, Box>();
  readonly tenants: Tenant[] = [];
  readonly wires: Point[][] = [];
  readonly toRoot = new Map<string, Point[]>();
}

/** Lays the scene out for a width: rows from the outside down to the pods. Every length is in CSS pixels. */
export function layoutScene(scene: Scene, options: LayoutOptions): Layout {
  const drawing = new Drawing();
  const balanced = scene.services.filter((service) => service.balancer !== null);
  const outside = [OUTSIDE, ...balanced.map((service) => balancerId(service.key))];
  const outsideBottom = placeCards(
    drawing,
    outside,
    OUTSIDE_CARD,
    { x: EDGE, y: 34 },
    options.width - 2 * EDGE,
  );
  const outerWire = outsideBottom + 18;
  const clusterTop = outerWire + 16;

  const inner = { x: EDGE + 34, width: options.width - 2 * EDGE - 34 - GAP };
  const servicesTop = clusterTop + 44;
  const services = scene.services.map((service) => serviceId(service.key));
  drawing.boxes.set(SERVICES, { x: inner.x, y: clusterTop + 10, width: inner.width, height: 30 });
  const servicesBottom =
    services.length === 0
      ? servicesTop + 56
      : placeCards(drawing, services, SERVICE_CARD, { x: inner.x, y: servicesTop }, inner.width);

  const trunk: Point = { x: EDGE + 17, y: outerWire };
  wireOutside(drawing, outside, trunk);
  const roomsBottom = placeRooms(
    drawing,
    scene,
    options,
    { ...inner, y: servicesBottom + WIRE_SPACE },
    trunk,
  );
  const bottom = placeControl(drawing, scene, options, { ...inner, y: roomsBottom + GAP + 6 }, trunk);
  drawing.boxes.set(CLUSTER, {
    x: EDGE / 2,
    y: clusterTop,
    width: options.width - EDGE,
    height: bottom + GAP - clusterTop,
  });
  return { width: options.width, height: bottom + GAP + 6, ...drawing };
}

function placeCards(
  drawing: Drawing,
  ids: readonly string[],
  card: { width: number; height: number },
  at: Point,
  width: number,
): number {
  const columns = columnsFor(width, Math.min(card.width, width), GAP, ids.length);
  const each = Math.min(Math.max(card.width, (width - GAP * (columns - 1)) / Math.max(columns, 3)), width);
  let bottom = at.y;
  for (const [index, id] of ids.entries()) {
    const y = at.y + Math.floor(index / columns) * (card.height + GAP);
    drawing.boxes.set(id, {
      x: at.x + (index % columns) * (each + GAP),
      y,
      width: each,
      height: card.height,
    });
    bottom = y + card.height;
  }
  return bottom;
}

function wireOutside(drawing: Drawing, ids: readonly string[], trunk: Point): void {
  let farthest = trunk.x;
  for (const id of ids) {
    const box = drawing.boxes.get(id)!;
    const x = id === OUTSIDE && box.x <= trunk.x ? trunk.x : box.x + 30;
    const port = { x, y: box.y + box.height };
    drawing.wires.push([port, { x, y: trunk.y }]);
    drawing.toRoot.set(id, [port, { x, y: trunk.y }, trunk]);
    farthest = Math.max(farthest, x);
  }
  drawing.wires.push([trunk, { x: farthest, y: trunk.y }]);
}

function placeRooms(
  drawing: Drawing,
  scene: Scene,
  options: LayoutOptions,
  at: { x: number; y: number; width: number },
  trunk: Point,
): number {
  const columns = columnsFor(at.width, ROOM_MINIMUM, GAP, Math.max(scene.nodes.length, 1));
  const width = (at.width - GAP * (columns - 1)) / columns;
  let y = at.y;
  for (let first = 0; first < scene.nodes.length; first += columns) {
    const row = scene.nodes.slice(first, first + columns);
    const bus = y - 18;
    const guests = row.map((node) => groupPods(node.name, node.pods, options.podsPerRoom, options.apart));
    const podColumns = columnsFor(width - 2 * ROOM_EDGE - BRIDGE, POD.minimum, POD.gap, 8);
    const rows = Math.max(1, ...guests.map((tenants) => Math.ceil(tenants.length / podColumns)));
    const height = ROOM_HEAD + rows * (POD.height + POD.gap) + ROOM_EDGE - POD.gap + 4;
    for (const [column, node] of row.entries()) {
      const room = { x: at.x + column * (width + GAP), y, width, height };
      drawing.boxes.set(nodeId(node.name), room);
      placePods(drawing, node.name, room, guests[column]!, podColumns, bus, trunk);
    }
    const lastDoor = at.x + (row.length - 1) * (width + GAP) + BRIDGE;
    drawing.wires.push([trunk, { x: trunk.x, y: bus }, { x: lastDoor, y: bus }]);
    y += height + GAP + 26;
  }
  return scene.nodes.length === 0 ? at.y : y - GAP - 26;
}

function placePods(
  drawing: Drawing,
  node: string,
  room: Box,
  tenants: readonly Tenant[],
  columns: number,
  bus: number,
  trunk: Point,
): void {
  const bridge = room.x + BRIDGE;
  const door = { x: bridge, y: room.y };
  const fromDoor = [door, { x: bridge, y: bus }, { x: trunk.x, y: bus }, trunk];
  drawing.wires.push([door, { x: bridge, y: bus }]);
  drawing.toRoot.set(nodeId(node), fromDoor);
  const left = room.x + ROOM_EDGE + BRIDGE;
  const each = (room.width - 2 * ROOM_EDGE - BRIDGE - POD.gap * (columns - 1)) / columns;
  for (const [index, tenant] of tenants.entries()) {
    const column = index % columns;
    const box: Box = {
      x: left + column * (each + POD.gap),
      y: room.y + ROOM_HEAD + Math.floor(index / columns) * (POD.height + POD.gap),
      width: each,
      height: POD.height,
    };
    const stub = plugOf(box, column === 0, bridge);
    drawing.boxes.set(tenant.id, box);
    drawing.tenants.push(tenant);
    drawing.wires.push([...stub, door]);
    drawing.toRoot.set(tenant.id, [...stub, ...fromDoor]);
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

function placeControl(
  drawing: Drawing,
  scene: Scene,
  options: LayoutOptions,
  at: { x: number; y: number; width: number },
  trunk: Point,
): number {
  const narrow = at.width < 560;
  const waitingWidth = narrow ? at.width : at.width * 0.56;
  const columns = columnsFor(waitingWidth - 2 * ROOM_EDGE, POD.minimum, POD.gap, 8);
  const tenants = groupPods(WAITING, scene.waiting, columns, options.apart);
  const rows = Math.max(1, Math.ceil(tenants.length / columns));
  const waiting = {
    x: at.x,
    y: at.y,
    width: waitingWidth,
    height: CONTROL_HEIGHT + (rows - 1) * (POD.height + 8) + 10,
  };
  drawing.boxes.set(WAITING, waiting);
  const each = (waitingWidth - 2 * ROOM_EDGE - POD.gap * (columns - 1)) / columns;
  for (const [index, tenant] of tenants.entries()) {
    drawing.boxes.set(tenant.id, {
      x: at.x + ROOM_EDGE + (index % columns) * (each + POD.gap),
      y: at.y + 28 + Math.floor(index / columns) * (POD.height + 8),
      width: each,
      height: POD.height,
    });
    drawing.tenants.push(tenant);
  }
  const control: Box = narrow
    ? { x: at.x, y: waiting.y + waiting.height + GAP, width: at.width, height: CONTROL_HEIGHT }
    : { x: at.x + waitingWidth + GAP, y: at.y, width: at.width - waitingWidth - GAP, height: waiting.height };
  drawing.boxes.set(CONTROL, control);
  const dns = {
    x: control.x + control.width / 2 + 4,
    y: control.y + 30,
    width: control.width / 2 - 16,
    height: 50,
  };
  drawing.boxes.set(DNS, dns);
  const low = control.y + control.height + 8;
  const port = { x: dns.x + dns.width / 2, y: dns.y + dns.height };
  drawing.toRoot.set(DNS, [port, { x: port.x, y: low }, { x: trunk.x, y: low }, trunk]);
  drawing.wires.push([port, { x: port.x, y: low }, { x: trunk.x, y: low }, trunk]);
  return low;
}
