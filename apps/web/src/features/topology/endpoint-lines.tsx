import { endpointLines } from './endpoint-path';
import type { Layout } from './drawing';
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
  const lines = endpointLines(scene, layout);
  return (
    <g className={styles.endpoints}>
      {lines.map(({ key, service, pods, path, end, ready }) => (
        <g
          key={key}
          data-ready={ready}
          data-strong={
            emphasis.has(service) || hovered === service || (hovered !== null && pods.includes(hovered))
          }
        >
          <path d={path} />
          <circle cx={end.x} cy={end.y} r={5} />
        </g>
      ))}
    </g>
  );
}
