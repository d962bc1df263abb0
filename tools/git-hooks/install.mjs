// Run by npm after an install: git uses the hooks of .githooks; outside a git checkout there is nothing to do.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (existsSync('.git') && !process.env.CI) {
  const git = spawnSync('git', ['config', 'core.hooksPath', '.githooks']);
  if (git.error) console.warn('git is not here, so its hooks were not installed');
}
