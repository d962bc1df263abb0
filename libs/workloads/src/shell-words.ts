/** A call of a shell: `sh -c 'script' name args…`, `sh file args…`, or a shell that reads its input. */
export interface ShellCall {
  readonly script: string | undefined;
  readonly file: string | undefined;
  readonly name: string;
  readonly positional: readonly string[];
  readonly errexit: boolean;
  readonly xtrace: boolean;
}

/** Takes the words of a shell's command line apart. */
export function parseShellCall(words: readonly string[]): ShellCall {
  let at = 1;
  let command = false;
  let errexit = false;
  let xtrace = false;
  while (/^[-+][A-Za-z]/.test(words[at] ?? '') || words[at] === '--login' || words[at] === '--') {
    const option = words[at++];
    if (option === '--') break;
    if (option.startsWith('--')) continue;
    command ||= option.includes('c');
    errexit ||= option.startsWith('-') && option.includes('e');
    xtrace ||= option.startsWith('-') && option.includes('x');
    if (option.endsWith('o')) errexit ||= words[at++] === 'errexit';
  }
  if (command) {
    const [script = '', name, ...positional] = words.slice(at);
    return { script, file: undefined, name: name ?? words[0], positional, errexit, xtrace };
  }
  const [file, ...positional] = words.slice(at);
  return { script: undefined, file, name: file ?? words[0], positional, errexit, xtrace };
}
