import type { LabDocument, LabProblem } from '@podlab/contracts';

/** The files of a lab: path → text. */
export type LabFiles = Readonly<Record<string, string>>;

/** A lab that can be run: read, checked, and named by its content. */
export interface Lab {
  readonly name: string;
  /** SHA-256 of all its files. */
  readonly hash: string;
  readonly document: LabDocument;
  readonly files: LabFiles;
}

/** The lab, or what is wrong with it. */
export type LabReading = { readonly lab: Lab } | { readonly problems: readonly LabProblem[] };

export const LAB_FILE = 'lab.yaml';

/** `name@hash` with so many digits of it as people compare. */
export const labReference = ({ name, hash }: Lab): string => `${name}@${hash}`;
