/** `10.96.0.10:80`, `[fd00:10:96::a]:80`, or the address alone where there is no port. */
export function endpointText(address: string, port: number | string | undefined): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** An IPv6 address, with a port or not: it needs smaller letters to fit where an IPv4 address does. */
export const isLongAddress = (text: string): boolean => /:.*:/.test(text);
