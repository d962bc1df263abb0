import { GradeFormat } from '@podlab/contracts';
import { parseArgs } from 'node:util';

const GRADE_USAGE = `usage: podlab grade LAB --manifests PATH… [options]      YAML on a fresh simulated cluster
       podlab grade LAB --kubeconfig FILE [--context NAME]  a real cluster, by the checks that can run there
       podlab grade LAB --cluster ID --server URL            a Podlab cluster, on its fork`;

export const USAGE = `${GRADE_USAGE}
       podlab labs verify FOLDER…                            solution full, start none, wrong answers caught
       podlab labs solution LAB --seed SEED                  as that student has it, for kubectl apply -f -
       podlab labs push FOLDER --class ID --server URL       a new version of the lab in a class

LAB is a lab's folder, or its name beneath --labs (./labs); with --server, its name there.
Manifests are files or folders (*.yaml, *.yml, *.json), in the order of their names; - is the standard input.

  --format FORMAT    json (unless said), junit, tap, gradescope, classroom50, csv
  --output FILE      writes there, and not to the standard output
  --min-score N      points that are enough; all, unless said
  --seed SEED        the student's; what the lab draws comes from it
  --answers FILE     YAML or JSON: quiz, predictions, hints
  --language en|ko   of sentences
  --show-hidden      tells what hidden checks look at
  --server URL       grades there; --token TOKEN or PODLAB_TOKEN signs in

exit status: 0 enough points, 1 fewer, 2 wrong usage, 3 could not be graded`;

/** The command line, or what it hands in, makes no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface GradeCommand {
  readonly kind: 'grade';
  readonly lab: string;
  readonly labs: string;
  readonly subject:
    | { readonly kind: 'Manifests'; readonly paths: readonly string[] }
    | { readonly kind: 'Cluster'; readonly id: string }
    | { readonly kind: 'Kubeconfig'; readonly file: string; readonly context?: string };
  readonly server?: Server;
  readonly format: GradeFormat;
  readonly output?: string;
  readonly minScore?: number;
  readonly seed?: string;
  readonly answers?: string;
  readonly language: 'en' | 'ko';
  readonly showHidden: boolean;
}

export interface Server {
  readonly url: string;
  readonly token?: string;
}

export type Command =
  | GradeCommand
  | { readonly kind: 'verify'; readonly folders: readonly string[] }
  | { readonly kind: 'solution'; readonly lab: string; readonly labs: string; readonly seed: string }
  | { readonly kind: 'push'; readonly folder: string; readonly class: string; readonly server: Server }
  | { readonly kind: 'help' };

export const DEFAULT_LABS = 'labs';

const OPTIONS = {
  manifests: { type: 'string', multiple: true },
  cluster: { type: 'string' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  server: { type: 'string' },
  token: { type: 'string' },
  labs: { type: 'string', default: DEFAULT_LABS },
  class: { type: 'string' },
  format: { type: 'string', default: 'json' },
  output: { type: 'string' },
  'min-score': { type: 'string' },
  seed: { type: 'string' },
  answers: { type: 'string' },
  language: { type: 'string', default: 'en' },
  'show-hidden': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof read>['values'];

/** Reads the words after `podlab`. Throws UsageError. */
export function parseCommandLine(words: readonly string[], tokenOfEnvironment?: string): Command {
  const { values, positionals } = read(words);
  const [command, ...rest] = positionals;
  if (values.help) return { kind: 'help' };
  const server = serverOf(values, tokenOfEnvironment);
  if (command === 'grade') return gradeCommand(rest, values, server);
  if (command === undefined) throw new UsageError(USAGE);
  if (command !== 'labs') throw new UsageError(`there is no command ${command}\n${USAGE}`);
  const [what, ...folders] = rest;
  if (folders.length === 0) throw new UsageError('labs verify, solution and push need a FOLDER');
  if (what === 'verify') return { kind: 'verify', folders };
  if (what === 'solution') return solutionCommand(folders, values);
  if (what !== 'push') throw new UsageError(`labs takes verify, solution or push, not ${what}`);
  if (folders.length > 1) throw new UsageError('labs push takes one FOLDER');
  if (values.class === undefined) throw new UsageError('labs push needs --class');
  if (!server) throw new UsageError('labs push needs --server');
  return { kind: 'push', folder: folders[0], class: values.class, server };
}

function solutionCommand([lab, ...more]: readonly string[], { labs, seed }: Values): Command {
  if (more.length > 0) throw new UsageError('labs solution takes one LAB');
  if (seed === undefined) throw new UsageError('labs solution needs --seed: an attempt has one');
  return { kind: 'solution', lab, labs, seed };
}

function read(words: readonly string[]) {
  try {
    return parseArgs({ args: [...severalManifests(words)], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** `--manifests a b` is `--manifests a --manifests b`, so that a shell's `*.yaml` needs no care. */
function severalManifests(words: readonly string[]): string[] {
  let within = false;
  return words.flatMap((word, index) => {
    if (word.startsWith('--')) {
      within = word === '--manifests';
      return [word];
    }
    return within && words[index - 1] !== '--manifests' ? ['--manifests', word] : [word];
  });
}

function serverOf({ server: url, token }: Values, tokenOfEnvironment?: string): Server | undefined {
  if (url === undefined) return undefined;
  if (!/^https?:\/\//.test(url)) throw new UsageError(`--server takes a URL with http or https, not ${url}`);
  const known = token ?? tokenOfEnvironment;
  return { url: url.replace(/\/+$/, ''), ...(known !== undefined && known !== '' && { token: known }) };
}

function gradeCommand(rest: readonly string[], values: Values, server: Server | undefined): GradeCommand {
  const [lab, ...more] = rest;
  if (lab === undefined) throw new UsageError(`grade needs a LAB\n${GRADE_USAGE}`);
  if (more.length > 0) throw new UsageError(`grade takes one LAB; ${more.join(' ')} is more`);
  const format = GradeFormat.safeParse(values.format);
  if (!format.success) throw new UsageError(`--format takes ${GradeFormat.options.join(', ')}`);
  const { output, seed, answers, language } = values;
  if (language !== 'en' && language !== 'ko') throw new UsageError('--language takes en or ko');
  const minScore = values['min-score'] === undefined ? undefined : Number(values['min-score']);
  if (minScore !== undefined && !(minScore >= 0)) throw new UsageError('--min-score takes a number from 0');
  return {
    kind: 'grade',
    lab,
    labs: values.labs,
    subject: subjectOf(values, server),
    ...(server && { server }),
    format: format.data,
    ...(output !== undefined && { output }),
    ...(minScore !== undefined && { minScore }),
    ...(seed !== undefined && { seed }),
    ...(answers !== undefined && { answers }),
    language,
    showHidden: values['show-hidden'],
  };
}

function subjectOf(values: Values, server: Server | undefined): GradeCommand['subject'] {
  const { manifests, cluster, kubeconfig, context } = values;
  const given = [manifests, cluster, kubeconfig].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new UsageError(`grade needs one of --manifests, --cluster and --kubeconfig\n${GRADE_USAGE}`);
  if (manifests !== undefined) return { kind: 'Manifests', paths: manifests };
  if (cluster !== undefined) {
    if (!server) throw new UsageError('--cluster needs --server: the cluster is there');
    return { kind: 'Cluster', id: cluster };
  }
  if (server) throw new UsageError('--kubeconfig is graded here: leave --server out');
  return { kind: 'Kubeconfig', file: kubeconfig ?? '', ...(context !== undefined && { context }) };
}
