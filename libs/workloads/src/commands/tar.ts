import { join, resolvePath } from '../file-system';
import type { CommandContext } from '../shell/host';
import type { Command, CommandSystem } from './command';
import { decodeArchive, encodeMember, END_OF_ARCHIVE, TarError } from './tar-format';

interface TarCall {
  readonly action: string;
  readonly archive: string;
  readonly directory: string;
  readonly verbose: boolean;
  readonly names: readonly string[];
}

/** `tar` that creates, lists and extracts archives of text files; what `kubectl cp` needs. */
export const tar: Command = (context, system) => {
  const call = parseCall(context);
  if (typeof call === 'string') {
    context.err(`tar: ${call}\n`);
    return 1;
  }
  try {
    if (call.action === 'c') return create(context, system, call);
    return extract(context, call);
  } catch (error) {
    if (!(error instanceof TarError)) throw error;
    context.err(`tar: ${error.message}\n`);
    return 1;
  }
};

/** Of what they are about files here have nothing. */
const LONG: readonly string[] = [
  '--no-same-owner',
  '--no-same-permissions',
  '--same-owner',
  '--preserve-permissions',
];

/** Old style (`tar cf -`) and new style (`tar -xmf - -C /tmp`). */
function parseCall(context: CommandContext): TarCall | string {
  const names: string[] = [];
  let letters = '';
  let archive = '-';
  let directory = context.directory;
  const words = [...context.arguments];
  for (let first = true; words.length > 0; first = false) {
    const word = words.shift() as string;
    if (word === '--') {
      names.push(...words);
      break;
    }
    if (word.startsWith('--')) {
      if (!LONG.includes(word)) return `unrecognized option '${word}'`;
      continue;
    }
    if (!word.startsWith('-') && !first) {
      names.push(word);
      continue;
    }
    const options = word.replace(/^-/, '');
    letters += options;
    for (const letter of options) {
      if (letter === 'f') archive = words.shift() ?? '-';
      if (letter === 'C') directory = resolvePath(directory, words.shift() ?? '');
    }
  }
  const unknown = [...letters].find((letter) => !'cxtfvmpoChk'.includes(letter));
  if (unknown !== undefined) return `invalid option -- '${unknown}'`;
  const [action] = [...letters].filter((letter) => 'cxt'.includes(letter));
  if (action === undefined) return 'must specify one of -c, -x or -t';
  if (!context.files.isDirectory(directory))
    return `can't change directory to '${directory}': No such file or directory`;
  return { action, archive, directory, verbose: letters.includes('v'), names };
}

function create(context: CommandContext, system: CommandSystem, call: TarCall): number {
  const { files } = context;
  const seconds = Math.floor(system.now() / 1000);
  let status = 0;
  let text = '';
  const add = (shown: string): void => {
    const path = resolvePath(call.directory, shown);
    const name = shown.replace(/^\/+/, '');
    const isDirectory = files.isDirectory(path);
    const content = isDirectory ? undefined : files.read(path);
    if (!isDirectory && content === undefined) {
      context.err(`tar: ${shown}: No such file or directory\n`);
      status = 1;
      return;
    }
    if (name !== '') text += encodeMember({ name: isDirectory ? `${name}/` : name, text: content }, seconds);
    if (call.verbose) context.err(`${name}\n`);
    if (isDirectory) for (const inner of files.listOnce(path)) add(join(shown, inner));
  };
  if (call.names.some((name) => name.startsWith('/')))
    context.err("tar: removing leading '/' from member names\n");
  for (const name of call.names) add(name.replace(/(?<=.)\/+$/, ''));
  // Without an end who reads along waits for ours, and so hears of the status: `kubectl cp` of what is not there fails.
  if (status === 0 || text !== '') text += END_OF_ARCHIVE;
  if (call.archive === '-') context.out(text);
  else {
    const failed = files.write(context.path(call.archive), text);
    if (failed !== undefined) throw new TarError(`can't open '${call.archive}': ${failed}`);
  }
  if (status !== 0) context.err('tar: error exit delayed from previous errors\n');
  return status;
}

function extract(context: CommandContext, call: TarCall): number {
  const { files } = context;
  const text = call.archive === '-' ? context.input() : files.read(context.path(call.archive));
  if (text === undefined) throw new TarError(`can't open '${call.archive}': No such file or directory`);
  for (const { name, text: content } of decodeArchive(text)) {
    const path = resolvePath(call.directory, `./${name}`);
    const wanted = call.names.some((each) => name === each || name.startsWith(`${each}/`));
    if (call.names.length > 0 && !wanted) continue;
    if (call.action === 't' || call.verbose) context.out(`${name}\n`);
    if (call.action === 't') continue;
    const folder = content === undefined ? path : resolvePath(path, '..');
    const failed =
      files.makeDirectory(folder, true) ?? (content === undefined ? undefined : files.write(path, content));
    if (failed !== undefined) throw new TarError(`can't create '${name}': ${failed}`);
  }
  return 0;
}
