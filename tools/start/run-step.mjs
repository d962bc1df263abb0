// Runs one step of setting up, shows that it goes on, and shows its output only when it failed.
import { spawn } from 'node:child_process';

const STILL_GOING_MS = 10_000;

const seconds = (since) => `${Math.max(1, Math.round((Date.now() - since) / 1000))} s`;

/** @returns {Promise<void>} rejects with the step's output */
export function runStep(root, title, command, args, environment = {}) {
  const started = Date.now();
  console.log(`  ${title} …`);
  const ticker = setInterval(() => console.log(`  ${title}: ${seconds(started)} so far`), STILL_GOING_MS);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const stop = () => child.kill() && process.exit(1);
    process.once('SIGTERM', stop);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGTERM', stop);
      if (code !== 0) return reject(new Error(`${title} failed:\n${output.trim()}`));
      console.log(`  ${title}: done in ${seconds(started)}`);
      resolve();
    });
  }).finally(() => clearInterval(ticker));
}
