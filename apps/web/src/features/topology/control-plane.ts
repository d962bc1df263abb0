import type { Point } from '../../lib/geometry';
import { type Area, CONTROL, DNS, type Drawing, GAP, WAITING } from './drawing';
import { groupPods, type Tenant } from './group';

const DNS_HEIGHT = 50;
const WAITING_SHOWN = 2;

const waitingTenants = ({ scene, options }: Drawing): Tenant[] =>
  groupPods(WAITING, scene.waiting, WAITING_SHOWN, options.apart);

export function controlHeightOf(drawing: Drawing): number {
  const waiting = waitingTenants(drawing).length;
  return 62 + DNS_HEIGHT + 36 + Math.max(28, waiting * (drawing.metrics.pod + 6));
}

/** The control plane, the DNS, and the pods that no node has been chosen for. */
export function placeControl(drawing: Drawing, area: Area, root: Point): void {
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
