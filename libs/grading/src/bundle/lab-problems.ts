import { CONTRACT_LIMITS, FaultCreate, type LabProblem } from '@podlab/contracts';
import { Expression } from '../expression/expression';
import { instantiateVariant, koreanPath, type LabInstance } from '../instance/instance';
import { namesIn } from '../instance/template';
import type { Lab } from './lab';
import { problemAt } from './schema-problems';
import { walkLab, type LabPart } from './walk-lab';
import { manifestProblem, type YamlText } from './yaml-text';

type Path = readonly PropertyKey[];

/** A lab as it is looked through, and where what was found goes. */
interface Reading {
  readonly lab: Lab;
  tell(path: Path, message: string): void;
}

/** What the schema can't see: names that point nowhere, expressions that are none, files that are missing. */
export function labProblems(lab: Lab, yaml: YamlText): LabProblem[] {
  const problems = new Map<string, LabProblem>();
  const keep = (problem: LabProblem) => problems.set(`${problem.path} ${problem.message}`, problem);
  const reading = { lab, tell: (path: Path, message: string) => keep(problemAt(yaml, path, message)) };
  nameProblems(reading);
  wrongAnswerProblems(reading);
  for (const variant of [...variantsOf(lab)]) partProblems(reading, instantiateVariant(lab, 'seed', variant));
  for (const problem of fileProblems(lab)) keep(problem);
  return [...problems.values()];
}

function variantsOf({ document: { variants } }: Lab) {
  return variants.length > 0 ? variants : [undefined];
}

function nameProblems({ lab: { document }, tell }: Reading): void {
  const items = new Set<string>();
  const steps = new Set<string>();
  const own = (names: Set<string>, name: string, path: Path) => {
    if (names.has(name)) tell(path, `two have the name ${name}`);
    names.add(name);
  };
  document.steps.forEach((step, s) => {
    own(steps, step.name, ['steps', s, 'name']);
    step.checks.forEach((check, c) => {
      const path = ['steps', s, 'checks', c];
      check.requires.forEach((name, r) => {
        if (!items.has(name)) tell([...path, 'requires', r], `no check before this one has the name ${name}`);
      });
      own(items, check.name, [...path, 'name']);
    });
    step.predictions.forEach(({ name }, p) => own(items, name, ['steps', s, 'predictions', p, 'name']));
    step.quiz.forEach(({ name }, q) => own(items, name, ['steps', s, 'quiz', q, 'name']));
  });
  const checks = document.steps.reduce((sum, step) => sum + step.checks.length, 0);
  if (checks > CONTRACT_LIMITS.labChecks)
    tell(['steps'], `labChecks is limited to ${CONTRACT_LIMITS.labChecks}`);
  if (items.size === 0) tell(['steps'], 'the lab has nothing that gives points');
}

function wrongAnswerProblems({ lab: { document }, tell }: Reading): void {
  const names = new Set(
    document.steps.flatMap(({ checks, predictions, quiz }) =>
      [...checks, ...predictions, ...quiz].map(({ name }) => name),
    ),
  );
  const look = (answers: typeof document.wrong, path: Path) =>
    answers.forEach(({ fails }, w) =>
      fails.forEach((fault, f) => {
        const name = typeof fault === 'string' ? fault : fault.check;
        if (!names.has(name)) tell([...path, w, 'fails', f], `no check has the name ${name}`);
      }),
    );
  look(document.wrong, ['wrong']);
  document.variants.forEach((variant, v) => look(variant.wrong, ['variants', v, 'wrong']));
}

/** Templates, expressions, files and faults of one variant. */
function partProblems(reading: Reading, instance: LabInstance): void {
  const index = reading.lab.document.variants.findIndex(({ name }) => name === instance.variant?.name);
  for (const part of walkLab(instance, index)) {
    switch (part.kind) {
      case 'Expression':
        expressionProblem(reading, part);
        break;
      case 'Template':
        for (const name of namesIn(part.text))
          if (!part.known.has(name)) reading.tell(part.path, `\${${name}} is not known here`);
        break;
      case 'File':
        if (!Object.hasOwn(reading.lab.files, part.text))
          reading.tell(part.path, `the bundle has no file ${part.text}`);
        break;
      case 'Manifest':
        manifestProblems(reading, instance, part);
        break;
      case 'Fault':
        faultProblem(reading, part);
        break;
    }
  }
}

function expressionProblem({ tell }: Reading, { path, text }: LabPart & { kind: 'Expression' }): void {
  try {
    new Expression(text);
  } catch (error) {
    tell(path, (error as Error).message);
  }
}

function manifestProblems(
  reading: Reading,
  instance: LabInstance,
  part: LabPart & { kind: 'Manifest' },
): void {
  const { lab, tell } = reading;
  if (part.file && !Object.hasOwn(lab.files, part.text)) {
    tell(part.path, `the bundle has no file ${part.text}`);
    return;
  }
  const text = part.file ? instance.file(part.text) : part.text;
  for (const name of namesIn(text))
    if (!part.known.has(name))
      tell(part.path, `\${${name}} is not known here${part.file ? `, in ${part.text}` : ''}`);
  const problem = manifestProblem(text);
  if (problem !== undefined) tell(part.path, part.file ? `${part.text}: ${problem}` : problem);
}

/** As far as it can be known before its target is chosen. */
function faultProblem({ tell }: Reading, { path, fault }: LabPart & { kind: 'Fault' }): void {
  const { selector, ...target } = fault.target;
  const named = target.name === undefined || target.name.includes('${') ? { ...target, name: 'any' } : target;
  const { error } = FaultCreate.safeParse({
    ...fault,
    target: { ...named, ...(target.kind === 'Pod' && { namespace: 'any' }) },
    duration_ms: typeof fault.duration_ms === 'string' ? 1 : fault.duration_ms,
  });
  if (error) tell(path, error.issues[0].message);
  if (selector !== undefined && target.kind !== 'Pod') tell(path, 'only a pod may be chosen by labels');
  if (selector === undefined && target.name === undefined) tell(path, 'the target needs a name');
}

/** Markdown that names what is not there. */
function fileProblems({ files, document }: Lab): LabProblem[] {
  const known = new Set(['variant', ...Object.keys(document.variables)]);
  for (const variant of document.variants) for (const name of Object.keys(variant.variables)) known.add(name);
  return Object.keys(files)
    .filter((file) => file.endsWith('.md') && document.steps.some(({ text }) => isTextOf(text, file)))
    .flatMap((file) =>
      namesIn(files[file])
        .filter((name) => !known.has(name))
        .map((name) => {
          const line = files[file].slice(0, files[file].indexOf(`\${${name}}`)).split('\n').length;
          return { file, line, message: `\${${name}} is not known here` };
        }),
    );
}

const isTextOf = (text: string, file: string) => file === text || file === koreanPath(text);
