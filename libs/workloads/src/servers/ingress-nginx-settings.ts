import { goFlags } from './program';

/** What the command line of an ingress-nginx controller says. Models ingress-nginx pkg/flags/flags.go. */
export interface IngressSettings {
  /** `--controller-class`: IngressClasses with this controller are its own. */
  readonly controller: string;
  /** `--ingress-class`: the value of the annotation that older Ingresses have. */
  readonly ingressClass: string;
  /** `--watch-ingress-without-class` */
  readonly withoutClass: boolean;
  /** `--watch-namespace`; empty for all. */
  readonly watchNamespace: string;
  /** `--publish-service`, whose addresses Ingresses get as their status; empty for the nodes'. */
  readonly publishService: string;
  /** `--default-backend-service`, as namespace/name; empty for a 404 of its own. */
  readonly defaultBackend: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly healthPort: number;
}

export const DEFAULT_CONTROLLER_CLASS = 'k8s.io/ingress-nginx';

/** Reads the words after the program's name; the official manifest repeats that name as the first of them. */
export function ingressSettings(words: readonly string[]): IngressSettings {
  const { flags } = goFlags(words);
  const text = (name: string, otherwise = '') => flags.get(name) ?? otherwise;
  const number = (name: string, otherwise: number) => Number(flags.get(name) ?? otherwise) || otherwise;
  return {
    controller: text('controller-class', DEFAULT_CONTROLLER_CLASS),
    ingressClass: text('ingress-class', 'nginx'),
    withoutClass: text('watch-ingress-without-class') === 'true',
    watchNamespace: text('watch-namespace'),
    publishService: text('publish-service'),
    defaultBackend: text('default-backend-service'),
    httpPort: number('http-port', 80),
    httpsPort: number('https-port', 443),
    healthPort: number('healthz-port', 10_254),
  };
}
