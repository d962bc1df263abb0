import { newBadRequest, StatusError } from '@podlab/apimachinery';

/** 400 for a body that is no object of the expected kind; it has the bare reason for who refuses it in other words. */
export class CannotHandle extends StatusError {
  constructor(
    { kind, version }: { kind: string; version: string },
    expected: string,
    readonly reason: string,
  ) {
    super(
      newBadRequest(`${kind} in version "${version}" cannot be handled as a ${expected}: ${reason}`).status,
    );
  }
}
