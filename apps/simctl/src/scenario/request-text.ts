import type { Request } from '@podlab/contracts';

/** A request and its way as a reader follows it: one line a step, then the diagnosis. */
export function requestText(request: Request): string {
  const head = [request.disposition];
  if (request.response?.status) head.push(`HTTP ${request.response.status}`);
  if (request.backend) head.push(`by ${request.backend}`);
  if (request.source_seen_by_backend) head.push(`which sees ${request.source_seen_by_backend}`);
  const lines = [head.join(', ')];
  for (const hop of request.trace?.hops ?? []) {
    const { kind, name, namespace, interface: device } = hop.where;
    lines.push(
      `  ${hop.direction === 'reply' ? '<-' : '->'} ${kind} ${namespace ? `${namespace}/` : ''}${name}${device ? ` ${device}` : ''}`,
    );
    for (const step of hop.steps) {
      lines.push(`       ${step.type} ${step.action}: ${step.message.text}`);
      if (step.rule) lines.push(`         ${step.rule.table}: ${step.rule.text}`);
    }
  }
  const { diagnosis } = request;
  if (diagnosis) lines.push(`  why: ${diagnosis.code}: ${diagnosis.message.text}`);
  return lines.join('\n');
}
