import type { Box, Point } from '../../lib/geometry';
import type { Tenant } from './group';
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

/** Heights of what stands in rows, in CSS pixels. */
export interface Metrics {
  service: number;
  head: number;
  pod: number;
}
export const COMPACT: Metrics = { service: 84, head: 52, pod: 66 };
export const ROOMY: Metrics = { service: 100, head: 62, pod: 86 };

export const GAP = 12;
export const POD = { minimum: 126, gap: 10 };

/** As many equal columns as fit, each at least `minimum` wide. */
export const columnsFor = (width: number, minimum: number, gap: number, most: number): number =>
  Math.max(1, Math.min(most, Math.floor((width + gap) / (minimum + gap))));

export interface Area extends Point {
  width: number;
}

/** What is laid out so far. */
export class Drawing {
  readonly serviceCard: { width: number; height: number };
  readonly boxes = new Map<string, Box>();
  readonly tenants: Tenant[] = [];
  readonly wires: Point[][] = [];
  readonly toRoot = new Map<string, Point[]>();

  constructor(
    readonly scene: Scene,
    readonly options: LayoutOptions,
    readonly metrics: Metrics,
  ) {
    this.serviceCard = { width: 212, height: metrics.service };
  }

  /** Draws a wire from a place, and remembers it as the place's way to the root. */
  connect(id: string, way: Point[]): void {
    this.wires.push(way);
    this.toRoot.set(id, way);
  }
}

/** Rows of equal cards. Returns their lower edge. */
export function placeCards(
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
