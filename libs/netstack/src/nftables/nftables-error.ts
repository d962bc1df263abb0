/** Why a transaction was refused, in the words of the tool; nothing of it was done. */
export class NftablesError extends Error {
  override readonly name = 'NftablesError';
}
