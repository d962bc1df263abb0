/** The kernel of every node: what `uname -r` says. */
export const KERNEL_RELEASE = '6.12.57+deb13-amd64';
/** `/proc/version`. */
export const KERNEL_VERSION = `Linux version ${KERNEL_RELEASE} (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC\n`;
