/** Why a call on a table was refused, in the words of the tool. */
export class IptablesError extends Error {
  override readonly name = 'IptablesError';
}
