import type { LabAction } from '@podlab/contracts';
import type { LabInstance } from '../instance/instance';

type Path = readonly PropertyKey[];
type Known = ReadonlySet<string>;

/** A place of a lab that has a meaning of its own. */
export type LabPart =
  | { readonly kind: 'Expression'; readonly path: Path; readonly text: string }
  | { readonly kind: 'Template'; readonly path: Path; readonly text: string; readonly known: Known }
  | { readonly kind: 'File'; readonly path: Path; readonly text: string }
  | {
      readonly kind: 'Manifest';
      readonly path: Path;
      readonly text: string;
      readonly file: boolean;
      readonly known: Known;
    }
  | {
      readonly kind: 'Fault';
      readonly path: Path;
      readonly fault: Extract<LabAction, { fault: unknown }>['fault'];
    };

const EXPRESSIONS: ReadonlySet<string> = new Set(['holds', 'value']);
const NOTHING: ReadonlySet<string> = new Set();

/** Every expression, template, file and fault of a lab as a student has it; `variant` is the index of hers. */
export function* walkLab({ document, variant }: LabInstance, index: number): Generator<LabPart> {
  yield* walkActions(document.start, ['start'], NOTHING);
  yield* walkActions(document.solution, ['solution'], NOTHING);
  for (const [w, wrong] of document.wrong.entries())
    yield* walkActions(wrong.actions, ['wrong', w, 'actions'], NOTHING);
  if (variant) {
    const path = ['variants', index];
    yield* walkActions(variant.start, [...path, 'start'], NOTHING);
    yield* walkActions(variant.solution, [...path, 'solution'], NOTHING);
    for (const [w, wrong] of variant.wrong.entries())
      yield* walkActions(wrong.actions, [...path, 'wrong', w, 'actions'], NOTHING);
  }
  for (const [s, step] of document.steps.entries()) {
    const path = ['steps', s];
    yield { kind: 'File', path: [...path, 'text'], text: step.text };
    for (const [c, check] of step.checks.entries()) yield* walkCheck(check, [...path, 'checks', c]);
    for (const [p, prediction] of step.predictions.entries())
      yield* walkCheck(prediction, [...path, 'predictions', p]);
    for (const field of ['title', 'hints', 'quiz'] as const)
      yield* walkData(step[field], [...path, field], NOTHING);
  }
}

/** A check or a prediction: its own values are known in it, and those of a stage's actions in what is expected then. */
function* walkCheck(check: object, path: Path): Generator<LabPart> {
  const known = new Set(namesOf(check));
  for (const [key, value] of Object.entries(check)) {
    if (key !== 'stages') {
      yield* walkField(key, value, [...path, key], known);
      continue;
    }
    for (const [index, stage] of (value as { do: LabAction[]; expect: object[] }[]).entries()) {
      const at = [...path, 'stages', index];
      yield* walkActions(stage.do, [...at, 'do'], known);
      for (const action of stage.do) if ('let' in action) for (const name of namesOf(action)) known.add(name);
      for (const [e, condition] of stage.expect.entries())
        yield* walkData(condition, [...at, 'expect', e], new Set([...known, ...namesOf(condition)]));
    }
  }
}

function* walkActions(actions: readonly LabAction[], path: Path, before: Known): Generator<LabPart> {
  let known = before;
  for (const [index, action] of actions.entries()) {
    const at = [...path, index];
    if ('apply' in action) {
      yield { kind: 'Manifest', path: [...at, 'apply'], text: action.apply, file: true, known };
    } else if ('manifest' in action) {
      yield { kind: 'Manifest', path: [...at, 'manifest'], text: action.manifest, file: false, known };
    } else if ('let' in action) {
      yield* walkData(action, at, known);
      known = new Set([...known, ...namesOf(action)]);
    } else {
      if ('fault' in action) yield { kind: 'Fault', path: [...at, 'fault'], fault: action.fault };
      yield* walkData(action, at, known);
    }
  }
}

function* walkData(value: unknown, path: Path, known: Known): Generator<LabPart> {
  if (typeof value === 'string') yield { kind: 'Template', path, text: value, known };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    const at = Array.isArray(value) ? Number(key) : key;
    yield* walkField(key, part, [...path, at], known);
  }
}

function* walkField(key: string, value: unknown, path: Path, known: Known): Generator<LabPart> {
  if (EXPRESSIONS.has(key) && typeof value === 'string' && isExpressionPlace(path))
    yield { kind: 'Expression', path, text: value };
  else yield* walkData(value, path, known);
}

/** `value` is an expression in `let` alone: elsewhere it is a label's or a patch's. */
function isExpressionPlace(path: Path): boolean {
  const key = path.at(-1);
  return key === 'holds' ? !path.includes('patch') : path.at(-3) === 'let' && !path.includes('patch');
}

function namesOf(holder: object): string[] {
  const values = (holder as { let?: object }).let;
  return values === undefined ? [] : Object.keys(values);
}
