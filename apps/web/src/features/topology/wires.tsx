import { roundedPath, type Point } from '../../lib/geometry';
import styles from './topology.module.css';

export function Wires({ wires }: { wires: readonly Point[][] }) {
  return (
    <g className={styles.wires}>
      {wires.map((wire) => {
        const path = roundedPath(wire);
        return <path key={path} d={path} />;
      })}
    </g>
  );
}
