import type { LabDocument, LabStep } from '@podlab/contracts';

/** Points are counted in hundredths, so that sums are exact on every machine. */
const HUNDREDTHS = 100;

/** One thing of a step that gives points. */
export interface Item {
  readonly name: string;
  readonly weight: number;
}

/** Everything of a step that gives points: checks, predictions, quiz. */
export function itemsOf({ checks, predictions, quiz }: LabStep): Item[] {
  return [...checks, ...predictions, ...quiz].map(({ name, weight }) => ({ name, weight }));
}

/** What each item of a lab is worth, in hundredths of a point, by name; together they are the lab's points. */
export function worthOf(steps: readonly LabStep[], points: number): ReadonlyMap<string, number> {
  const totals = steps.map((step) => itemsOf(step).reduce((sum, { weight }) => sum + weight, 0));
  const weights = steps.map((step, index) => (totals[index] === 0 ? 0 : (step.weight ?? totals[index])));
  const shares = split(points * HUNDREDTHS, weights);
  const worth = new Map<string, number>();
  steps.forEach((step, index) => {
    const items = itemsOf(step);
    split(
      shares[index],
      items.map(({ weight }) => weight),
    ).forEach((share, i) => worth.set(items[i].name, share));
  });
  return worth;
}

/** Splits a whole by weights: what rounding leaves goes to the largest rests, earlier ones first. */
export function split(whole: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return weights.map(() => 0);
  const shares = weights.map((weight) => Math.floor((whole * weight) / total));
  const rests = weights.map((weight, index) => ({ index, rest: (whole * weight) % total }));
  rests.sort((one, other) => other.rest - one.rest || one.index - other.index);
  const left = whole - shares.reduce((sum, share) => sum + share, 0);
  for (const { index } of rests.slice(0, left)) shares[index]++;
  return shares;
}

/** What each check, prediction and quiz item of a lab is worth, in points, by name. */
export function itemPoints({ steps, points }: LabDocument): ReadonlyMap<string, number> {
  return new Map([...worthOf(steps, points)].map(([name, hundredths]) => [name, pointsOf(hundredths)]));
}

/** What each step is worth, in points, in the lab's order. */
export function stepPoints({ steps, points }: LabDocument): number[] {
  const worth = worthOf(steps, points);
  return steps.map((step) =>
    pointsOf(itemsOf(step).reduce((sum, { name }) => sum + (worth.get(name) ?? 0), 0)),
  );
}

/** Hundredths as a number of points. */
export const pointsOf = (hundredths: number): number => hundredths / HUNDREDTHS;
