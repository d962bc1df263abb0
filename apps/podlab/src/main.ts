// The podlab process: grades on the command line and in CI. `node dist/podlab/podlab.mjs grade cluster-ip --manifests k8s/`
import { GradeIncomplete } from '@podlab/grading';
import { writeFileSync } from 'node:fs';
import { parseCommandLine, USAGE, UsageError, type Command, type GradeCommand } from './command-line';
import { Unreadable } from './folders';
import { gradeOf, textOf } from './grade-command';
import { bundleOf, problemsOf, solutionAt } from './labs-command';
import { ClusterRefused } from './real/cluster-refused';
import { pushTo, ServerRefused } from './server';
import { ENOUGH, exitStatus, NOT_GRADED, summary, TOO_FEW, WRONG_USAGE } from './verdict';

async function run(command: Command): Promise<number> {
  switch (command.kind) {
    case 'help':
      print(USAGE);
      return ENOUGH;
    case 'verify':
      return verify(command.folders);
    case 'solution':
      process.stdout.write(solutionAt(command.lab, command.labs, command.seed));
      return ENOUGH;
    case 'push': {
      const files = bundleOf(command.folder);
      const { name, hash } = await pushTo(command.server, { class: command.class, files });
      print(`${name}@${hash}`);
      return ENOUGH;
    }
    case 'grade':
      return grade(command);
  }
}

async function grade(command: GradeCommand): Promise<number> {
  const found = await gradeOf(command);
  tell(summary(found));
  const text = textOf(found, command);
  if (command.output === undefined) process.stdout.write(text);
  else writeFileSync(command.output, text);
  return exitStatus(found, command.minScore);
}

function verify(folders: readonly string[]): number {
  let status = ENOUGH;
  for (const folder of folders) {
    const problems = problemsOf(folder);
    print(`${problems.length === 0 ? 'ok' : 'not ok'} ${folder}`);
    for (const problem of problems) print(`    ${problem}`);
    if (problems.length > 0) status = TOO_FEW;
  }
  return status;
}

const print = (line: string) => void process.stdout.write(`${line}\n`);
const tell = (line: string) => void process.stderr.write(`${line}\n`);

/** What is nobody's fault here is told in a line; anything else with where it happened. */
function statusOf(error: unknown): number {
  if (error instanceof UsageError) {
    tell(error.message);
    return WRONG_USAGE;
  }
  const isExpected = [Unreadable, ServerRefused, ClusterRefused, GradeIncomplete].some(
    (kind) => error instanceof kind,
  );
  const { message, stack } = error as Error;
  tell(isExpected ? message : (stack ?? message));
  return NOT_GRADED;
}

try {
  process.exitCode = await run(parseCommandLine(process.argv.slice(2), process.env['PODLAB_TOKEN']));
} catch (error) {
  process.exitCode = statusOf(error);
}
