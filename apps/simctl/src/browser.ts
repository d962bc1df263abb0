// simctl for a page: `simctl.hash(scenario, files)` is what `simctl hash` prints, made by the browser's own engine.
import { runScenario } from './scenario/run';

/** The hash of the cluster that a scenario leaves; `files` are the texts that it names. */
export function hash(scenario: string, files: Readonly<Record<string, string>>, seed?: string): string {
  const read = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new RangeError(`no file ${path}`);
    return text;
  };
  return runScenario(scenario, { read, ...(seed !== undefined && { seed }) }).cluster.hash();
}
