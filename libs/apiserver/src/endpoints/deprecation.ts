import type { KubeResponse } from '../request/kube-request';
import { warningHeaders } from './write';

/**
 * The answer with a deprecated kind's warning, to reads too. Models k8s.io/apiserver pkg/endpoints/handlers/warnings
 * AddWarningsHandler, and pkg/endpoints/deprecation WarningMessage.
 */
export function withDeprecation(deprecation: string | undefined, response: KubeResponse): KubeResponse {
  if (deprecation === undefined) return response;
  const [warning] = [warningHeaders([deprecation])['warning']].flat();
  if (response.kind === 'watch') return { ...response, headers: { ...response.headers, warning } };
  if (response.kind !== 'answer') return response;
  const others = [response.headers['warning'] ?? []].flat();
  return { ...response, headers: { ...response.headers, warning: [warning, ...others] } };
}
