/** The kernel of every node: what `uname -r` says, and `/proc/version`. */
export const KERNEL_RELEASE = '6.12.57+deb13-amd64';
