// `npm run bench:network`: what packets and rules cost by kube-proxy's mode and the number of Services (ten endpoints
// each, three nodes), and full reachability under NetworkPolicies, as JSON. Ratios count, digits depend on the machine;
// each figure is measured in a process of its own.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { SERVER_NODE_OPTIONS } from '../start/node-options.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const MODES = ['iptables', 'nftables'];
const SERVICES = [10, 1_000, 10_000];

async function bundled(entry, name) {
  const outfile = `${root}dist/bench/${name}.mjs`;
  const shared = { bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external' };
  await build({ ...shared, entryPoints: [root + entry], outfile, tsconfig: `${root}tsconfig.base.json` });
  return outfile;
}

function measured(file, ...words) {
  const options = { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' };
  const { status, stdout } = spawnSync(
    process.execPath,
    [...SERVER_NODE_OPTIONS, '--expose-gc', file, ...words],
    options,
  );
  if (status !== 0) process.exit(status ?? 1);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

const file = await bundled('libs/kube-proxy/bench/network.ts', 'network');
const kube_proxy = {};
for (const mode of MODES) {
  const runs = SERVICES.map((services) => measured(file, mode, String(services)));
  const [few] = runs;
  const many = runs.at(-1);
  const flow_cost_ratio = Math.round((few.flows_per_second / many.flows_per_second) * 100) / 100;
  kube_proxy[mode] = { runs: runs.map(({ mode: _, ...run }) => run), flow_cost_ratio };
}
const network_policy = measured(await bundled('libs/network-policy/bench/run.ts', 'network-policy'));
console.log(JSON.stringify({ kube_proxy, network_policy }, undefined, 2));
