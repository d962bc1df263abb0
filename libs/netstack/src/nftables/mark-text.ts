/** A mark as nft prints it: eight hexadecimal digits. */
export function formatMark(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}
