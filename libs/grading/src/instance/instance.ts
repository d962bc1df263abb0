import type { LabDocument, LabStep, LabVariable, LabVariant } from '@podlab/contracts';
import { Prng, seedPrng } from '@podlab/kernel';
import type { Lab } from '../bundle/lab';
import { fill, fillData, finish, type TemplateValues } from './template';

/** A lab as one student has it: what her seed drew is in its texts, manifests and checks. */
export interface LabInstance {
  readonly lab: Lab;
  readonly seed: string;
  readonly variant?: LabVariant;
  readonly variables: TemplateValues;
  /** With every variable put in; `${name}` of checks' own values are left. */
  readonly document: LabDocument;
  /** The text of a file, with every variable put in. */
  file(path: string): string;
}

/** The lab for a seed: the same bytes every time. */
export function instantiate(lab: Lab, seed: string): LabInstance {
  const variant = drawVariant(lab, seed);
  const values = variablesOf(lab, seed, variant);
  return instanceOf(lab, seed, values, variant);
}

/** The lab with a variant of one's choice: for trying all of them. */
export function instantiateVariant(lab: Lab, seed: string, variant: LabVariant | undefined): LabInstance {
  return instanceOf(lab, seed, variablesOf(lab, seed, variant), variant);
}

function instanceOf(
  lab: Lab,
  seed: string,
  variables: TemplateValues,
  variant: LabVariant | undefined,
): LabInstance {
  const filled = variant && fillData(variant, variables);
  return {
    lab,
    seed,
    ...(filled && { variant: filled }),
    variables,
    document: fillData(lab.document, variables),
    file: (path) => fill(lab.files[path] ?? '', variables),
  };
}

function drawVariant({ name, document: { variants } }: Lab, seed: string): LabVariant | undefined {
  if (variants.length === 0) return undefined;
  const prng = new Prng(seedPrng(seed, `lab/${name}/variant`));
  return variants[prng.integer(0, variants.length - 1)];
}

/** What a seed gives each variable; every one has a generator of its own, so that a new one changes no other. */
export function variablesOf(lab: Lab, seed: string, variant: LabVariant | undefined): TemplateValues {
  const drawn = Object.entries(lab.document.variables).map(([name, variable]) => [
    name,
    draw(variable, new Prng(seedPrng(seed, `lab/${lab.name}/${name}`))),
  ]);
  return {
    ...(Object.fromEntries(drawn) as TemplateValues),
    ...variant?.variables,
    ...(variant && { variant: variant.name }),
  };
}

const SUFFIX_CHARACTERS = 4;

function draw(variable: LabVariable, prng: Prng): string | number {
  if ('choose' in variable) return variable.choose[prng.integer(0, variable.choose.length - 1)];
  if ('integer' in variable) return prng.integer(variable.integer.from, variable.integer.to);
  return `${variable.name}-${prng.suffix(SUFFIX_CHARACTERS)}`;
}

/** The Markdown of a step in both languages, as the student has it; English where there is no Korean file. */
export function stepText({ lab, variables }: LabInstance, { text }: LabStep): { en: string; ko: string } {
  const read = (path: string) =>
    Object.hasOwn(lab.files, path) ? finish(lab.files[path], variables) : undefined;
  const en = read(text) ?? '';
  return { en, ko: read(koreanPath(text)) ?? en };
}

/** `name.ko.md` of `name.md`. */
export function koreanPath(path: string): string {
  return path.replace(/(\.md)?$/, '.ko.md');
}
