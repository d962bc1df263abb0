import { newMethodNotAllowed, newMethodNotSupported, type StatusError } from '@podlab/apimachinery';
import { resourceAccess } from '../authorization/request-access';
import { groupResourceOf } from '../registry/strategy-index';
import type { RequestScope } from './scope';

/** 405, in the words of the server that has the kind. Models apiextensions-apiserver pkg/apiserver crdHandler.ServeHTTP. */
export function notAllowed({ strategy, request, info, query }: RequestScope): StatusError {
  if (!strategy.custom) return newMethodNotAllowed();
  return newMethodNotSupported(groupResourceOf(strategy), resourceAccess(request.method, info, query).verb);
}
