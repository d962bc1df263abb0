import styles from './wall.module.css';

/** The steps of a lab as a bar; the number beside it says the same. */
export function StepsBar({ steps }: { steps: readonly { name: string; done: boolean }[] }) {
  return (
    <span className={styles.bar} aria-hidden>
      {steps.map(({ name, done }) => (
        <span key={name} data-done={done} />
      ))}
    </span>
  );
}
