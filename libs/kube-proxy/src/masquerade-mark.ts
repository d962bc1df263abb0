/** The bit that asks for masquerading: `--iptables-masquerade-bit=14`, and nftables' own of the same number. */
export const MASQUERADE_MARK = 0x4000;
