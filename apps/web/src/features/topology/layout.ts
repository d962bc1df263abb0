import type { Point } from '../../lib/geometry';
import { controlHeightOf, placeControl } from './control-plane';
import {
  type Area,
  balancerId,
  CLUSTER,
  COMPACT,
  Drawing,
  GAP,
  type Layout,
  type LayoutOptions,
  type Metrics,
  OUTSIDE,
  placeCards,
  ROOMY,
  serviceId,
  SERVICES,
} from './drawing';
import { placeRooms } from './rooms';
import type { Scene } from './scene';

const EDGE = 16;
const SIDE = 176;
const OUTSIDE_CARD = { width: 216, height: 66 };
const WIRE_SPACE = 44;
/** From this width on, the outside and the control plane stand beside the rooms; below it, over and under them. */
const WIDE = 760;

/** Lays the scene out, with large cards where all of it fits the height so. Every length is in CSS pixels. */
export function layoutScene(scene: Scene, options: LayoutOptions): Layout {
  const roomy = options.width >= WIDE ? layWith(ROOMY, scene, options) : null;
  return roomy && roomy.height <= options.height ? roomy : layWith(COMPACT, scene, options);
}

function layWith(metrics: Metrics, scene: Scene, options: LayoutOptions): Layout {
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
