// What tests need of the machine: browsers Chromium and a font with Hangul, the generated Python client Java and three
// packages of Python. On Debian as root it is installed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { missingForPythonClient } from '../clients/openapi-generator.mjs';
import { runStep } from '../start/run-step.mjs';

const BROWSER = [
  {
    debianPackage: 'chromium',
    present: () =>
      ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some(existsSync),
  },
  { debianPackage: 'fonts-noto-cjk', present: () => hasFile('/usr/share/fonts', /NotoSansCJK/) },
];

function hasFile(folder, name) {
  return existsSync(folder) && readdirSync(folder, { recursive: true }).some((file) => name.test(file));
}

const isDebian = () =>
  existsSync('/etc/os-release') && /^(ID|ID_LIKE)=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));

export async function installMachinePackages(root) {
  if (process.platform !== 'linux') return;
  const browser = process.env.PODLAB_CHROMIUM ? [] : BROWSER.filter(({ present }) => !present());
  const missing = [...browser.map(({ debianPackage }) => debianPackage), ...missingForPythonClient()];
  if (missing.length === 0) return;
  if (!isDebian() || process.getuid() !== 0) {
    console.log(
      `  the tests need ${missing.join(' and ')}: install them (PODLAB_CHROMIUM may name a browser)`,
    );
    return;
  }
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  await runStep(root, 'asking Debian for its packages', 'apt-get', ['update', '-qq'], environment);
  const args = ['install', '-y', '-qq', '--no-install-recommends', ...missing];
  await runStep(root, `installing ${missing.join(' and ')}`, 'apt-get', args, environment);
}
