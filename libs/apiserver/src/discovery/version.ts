/** The Kubernetes version that a cluster says it is. */
export const KUBERNETES_VERSION = 'v1.36.1';

/** GET /version. The build metadata tells a simulated cluster from a real one. */
export const VERSION_INFO = Object.freeze({
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: `${KUBERNETES_VERSION}+podlab`,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-05-12T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
});
