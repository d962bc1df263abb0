import type { Network } from '@podlab/netstack';
import { renderPacket } from '@podlab/netstack';
import type { CaptureWait } from './shell/host';

/** The lines of what was captured since the last time, as many as are still wanted. */
export function takeLines(
  network: Network,
  { capture, left, style }: CaptureWait,
): { text: string; count: number } {
  const found = network.captures.find(capture);
  if (!found) return { text: '', count: 0 };
  const packets = network.captures.take(capture).slice(0, left);
  return {
    text: packets.map((packet) => renderPacket(packet, found, style)).join(''),
    count: packets.length,
  };
}

/** What tcpdump prints when it ends. */
export function captureReport(network: Network, { capture, shown }: CaptureWait): string {
  const dropped = network.captures.find(capture)?.dropped ?? 0;
  const word = (count: number): string => `${count} packet${count === 1 ? '' : 's'}`;
  return `${word(shown)} captured\n${word(shown + dropped)} received by filter\n${word(dropped)} dropped by kernel\n`;
}
