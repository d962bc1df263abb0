import type { Box, Point } from '../../lib/geometry';
import { groupPods, type Tenant } from './group';
import type { Scene } from './scene';

/** Where everything stands, and the wires that join it: a tree, whose root is where the outside comes in. */
export interface Layout {
  width: number;
  height: number;
  /** Cards are large and their type too: everything fits so. */
  roomy: boolean;
  boxes: ReadonlyMap<string, Box>;
  tenants: readonly Tenant[];
  wires: readonly Point[][];
  /** From a place along the wires to the root. */
  toRoot: ReadonlyMap<string, Point[]>;
}

export interface LayoutOptions {
  width: number;
  /** What there is to fill; rooms grow up to it, and beyond it where pods need more. */
  height: number;
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
const SIDE = 176;
const OUTSIDE_CARD = { width: 216, height: 66 };
const WIRE_SPACE = 44;
const ROOM_MINIMUM = 216;
const ROOM_LEFT = 30;
const ROOM_RIGHT = 22;
const BRIDGE = 15;
const POD = { minimum: 126, gap: 10 };
const COMPACT = { service: 84, head: 52, pod: 66 };
const ROOMY = { service: 100, head: 62, pod: 86 };
const DNS_HEIGHT = 50;
/** From this width on, the outside and the control plane stand beside the rooms; below it, over and under them. */
const WIDE = 760;

/** As many equal columns as fit, each at least `minimum` wide. */
export const columnsFor = (width: number, minimum: number, gap: number, most: number): number =>
  Math.max(1, Math.min(most, Math.floor((width + gap) / (minimum + gap))));

interface Area extends Point {
  width: number;
}

class Drawing {
  readonly serviceCard: { width: number; height: number };

  readonly boxes = new Map<string, Box>();
  readonly tenants: Tenant[] = [];
  readonly wires: Point[][] = [];
  readonly toRoot = new Map<string, Point[]>();

  constructor(
    readonly scene: Scene,
    readonly options: LayoutOptions,
    readonly metrics: typeof COMPACT,
  ) {
    this.serviceCard = { width: 212, height: metrics.service };
  }

  /** Draws a wire from a place, and remembers it as the place's way to the root. */
  connect(id: string, way: Point[]): void {
    this.wires.push(way);
    this.toRoot.set(id, way);
  }
}

/** Lays the scene out, with large cards where all of it fits the height so. Every length is in CSS pixels. */
export function layoutScene(scene: Scene, options: LayoutOptions): Layout {
  const roomy = options.width >= WIDE ? layWith(ROOMY, scene, options) : null;
  return roomy && roomy.height <= options.height ? roomy : layWith(COMPACT, scene, options);
}

function layWith(metrics: typeof COMPACT, scene: Scene, options: LayoutOptions): Layout {
  const drawing = new Drawing(scene, options, metrics);
  const height = options.width >= WIDE ? layWide(drawing) : layNarrow(drawing);
  const { boxes, tenants, wires, toRoot } = drawing;
  return { width: options.width, height, roomy: metrics === ROOMY, boxes, tenants, wires, toRoot };
}

const outsideIds = (scene: Scene): string[] => [
  OUTSIDE,
  ...scene.services.filter(({ balancer }) => balancer !== null).map(({ key }) => balancerId(key)),
];

function layWide(drawing: Drawing): number {
  const { width } = drawing.options;
  const side = { x: EDGE, y: 36, width: SIDE };
  const frame = { x: side.x + SIDE + GAP + 6, y: 10 };
  const trunk = frame.x + 18;
  const ids = outsideIds(drawing.scene);
  const outsideBottom = placeCards(drawing, ids, { ...OUTSIDE_CARD, width: SIDE }, side);
  const root = { x: trunk, y: side.y + OUTSIDE_CARD.height / 2 };
  for (const id of ids) {
    const box = drawing.boxes.get(id)!;
    const y = box.y + box.height / 2;
    drawing.connect(id, [{ x: box.x + box.width, y }, { x: trunk, y }, root]);
  }
  const inner = { x: frame.x + 36, y: frame.y, width: width - EDGE / 2 - GAP - frame.x - 36 };
  const roomsBottom = placeInside(drawing, inner, root, drawing.options.height - GAP - 12);
  const controlHeight = controlHeightOf(drawing);
  const controlTop = Math.max(outsideBottom + 30, roomsBottom - controlHeight);
  placeControl(drawing, { x: EDGE, y: controlTop, width: SIDE + GAP + 6 }, root);
  const bottom = Math.max(roomsBottom, controlTop + controlHeight) + GAP;
  drawing.boxes.set(CLUSTER, {
    x: frame.x,
    y: frame.y,
    width: width - EDGE / 2 - frame.x,
    height: bottom - frame.y,
  });
  return bottom + 10;
}

function layNarrow(drawing: Drawing): number {
  const { width } = drawing.options;
  const ids = outsideIds(drawing.scene);
  const outsideBottom = placeCards(drawing, ids, OUTSIDE_CARD, { x: EDGE, y: 36, width: width - 2 * EDGE });
  const root = { x: EDGE + 12, y: outsideBottom + 16 };
  for (const id of ids) {
    const box = drawing.boxes.get(id)!;
    const x = Math.max(root.x, box.x + 30);
    const port = { x: id === OUTSIDE ? root.x : x, y: box.y + box.height };
    drawing.connect(id, [port, { x: port.x, y: root.y }, root]);
  }
  const frame = { x: EDGE / 2, y: root.y + 14 };
  const inner = { x: EDGE + 26, y: frame.y, width: width - 2 * EDGE - 30 };
  const roomsBottom = placeInside(drawing, inner, root, 0);
  placeControl(drawing, { ...inner, y: roomsBottom + GAP + 6 }, root);
  const bottom = roomsBottom + GAP + 6 + controlHeightOf(drawing) + GAP;
  drawing.boxes.set(CLUSTER, { x: frame.x, y: frame.y, width: width - EDGE, height: bottom - frame.y });
  return bottom + 10;
}

/** The inside of the cluster's frame: the band of Services, and under it the rooms. Returns its lower edge. */
function placeInside(drawing: Drawing, inner: Area, root: Point, floor: number): number {
  const services = drawing.scene.services.map(({ key }) => serviceId(key));
  const top = inner.y + 44;
  drawing.boxes.set(SERVICES, { x: inner.x, y: inner.y + 9, width: inner.width, height: 30 });
  const bottom =
    services.length === 0
      ? top + 66
      : placeCards(drawing, services, drawing.serviceCard, { ...inner, y: top });
  return placeRooms(drawing, { ...inner, y: bottom + WIRE_SPACE }, root, floor);
}

/** Rows of equal cards. Returns their lower edge. */
function placeCards(
  drawing: Drawing,
  ids: readonly string[],
  card: { width: number; height: number },
  area: Area,
): number {
  const columns = columnsFor(area.width, Math.min(card.width, area.width), GAP, ids.length);
  const share = (area.width - GAP * (columns - 1)) / Math.max(columns, Math.min(3, area.width / card.width));
  const width = Math.min(Math.max(card.width, share), area.width);
  let bottom = area.y;
  for (const [index, id] of ids.entries()) {
    const y = area.y + Math.floor(index / columns) * (card.height + GAP);
    drawing.boxes.set(id, { x: area.x + (index % columns) * (width + GAP), y, width, height: card.height });
    bottom = y + card.height;
  }
  return bottom;
}

function placeRooms(drawing: Drawing, area: Area, root: Point, floor: number): number {
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

const WAITING_SHOWN = 2;

const waitingTenants = ({ scene, options }: Drawing): Tenant[] =>
  groupPods(WAITING, scene.waiting, WAITING_SHOWN, options.apart);

function controlHeightOf(drawing: Drawing): number {
  const waiting = waitingTenants(drawing).length;
  return 62 + DNS_HEIGHT + 36 + Math.max(28, waiting * (drawing.metrics.pod + 6));
}

/** The control plane, the DNS, and the pods that no node has been chosen for. */
function placeControl(drawing: Drawing, area: Area, root: Point): void {
  drawing.boxes.set(CONTROL, { ...area, height: controlHeightOf(drawing) });
  const inner = { x: area.x + GAP, width: area.width - 2 * GAP };
  const dns = { ...inner, y: area.y + 58, height: DNS_HEIGHT };
  drawing.boxes.set(DNS, dns);
  const beside = root.x > dns.x + dns.width;
  const middle = { x: beside ? dns.x + dns.width : dns.x, y: dns.y + dns.height / 2 };
  drawing.connect(DNS, [middle, { x: root.x, y: middle.y }, root]);
  const waiting = { ...inner, y: dns.y + DNS_HEIGHT + 10 };
  drawing.boxes.set(WAITING, { ...waiting, height: area.y + controlHeightOf(drawing) - waiting.y - 6 });
  for (const [index, tenant] of waitingTenants(drawing).entries()) {
    const y = waiting.y + 22 + index * (drawing.metrics.pod + 6);
    drawing.boxes.set(tenant.id, { ...inner, y, height: drawing.metrics.pod });
    drawing.tenants.push(tenant);
  }
}
