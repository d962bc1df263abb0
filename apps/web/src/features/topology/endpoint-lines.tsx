import { type Layout, serviceId } from './layout';
import { podId } from './group';
import type { Scene } from './scene';
import styles from './topology.module.css';

interface EndpointLinesProps {
  scene: Scene;
  layout: Layout;
  /** Services whose lines stand out (`namespace/name`). */
  emphasis: ReadonlySet<string>;
  hovered: string | null;
}

/** From each Service to the pods in its EndpointSlices: solid with a full dot where ready, broken with a ring where not. */
export function EndpointLines({ scene, layout, emphasis, hovered }: EndpointLinesProps) {
  const stackOf = stacksByPod(layout);
  const lines = scene.services.flatMap((service) => {
    const from = layout.boxes.get(serviceId(service.key));
    if (!from) return [];
    return service.endpoints.flatMap(({ pod, ready }, index) => {
      const to = pod === null ? undefined : layout.boxes.get(stackOf.get(pod) ?? podId(pod));
      if (!to) return [];
      const start = { x: from.x + from.width / 2, y: from.y + from.height };
      const end = { x: to.x + to.width - 26, y: to.y };
      const bend = Math.max(36, (end.y - start.y) * 0.5);
      const strong = emphasis.has(service.key) || hovered === service.key || hovered === pod;
      return [{ key: `${service.key} ${pod} ${index}`, start, end, bend, ready, strong }];
    });
  });
  return (
    <g className={styles.endpoints}>
      {lines.map(({ key, start, end, bend, ready, strong }) => (
        <g key={key} data-ready={ready} data-strong={strong}>
          <path
            d={`M${start.x} ${start.y}C${start.x} ${start.y + bend} ${end.x} ${end.y - bend} ${end.x} ${end.y - 5}`}
          />
          <circle cx={end.x} cy={end.y - 4} r={5} />
        </g>
      ))}
    </g>
  );
}

function stacksByPod(layout: Layout): Map<string, string> {
  const stacks = new Map<string, string>();
  for (const tenant of layout.tenants) {
    if (tenant.kind === 'stack') for (const pod of tenant.pods) stacks.set(pod.key, tenant.id);
  }
  return stacks;
}
