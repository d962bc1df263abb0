// docs/not-supported.md out of what upstream lists, what a cluster lists, and the rows that are kept by hand.
const HEAD = `# Not supported

<!-- Written by \`npm run generate:not-supported\`; the rows about behaviour stand in tools/not-supported/behaviours.mjs. -->

What a stock Kubernetes 1.36 does and Podlab does not, so that nobody looks for it in vain. What is refused is refused by name; nothing is accepted and then ignored without a word here.
`;

const RESOURCES = `## Resources

Every resource and subresource of the API versions that are on by default upstream, less those that discovery lists here. Each is refused as upstream refuses what it does not know: 404, \`the server could not find the requested resource\`; where only some verbs are left out (in brackets), these are 405. Alpha and beta versions are off, as upstream.
`;

const keyOf = ({ groupVersion, resource }) => `${groupVersion} ${resource}`;

/**
 * What upstream lists and a cluster does not; a resource that is served with fewer verbs stands there with those that it lacks.
 * @returns {(import('./upstream.mjs').Resource & { isServed: boolean })[]}
 */
export function missingOf(upstream, served) {
  const known = new Map(served.map((each) => [keyOf(each), new Set(each.verbs)]));
  return upstream.flatMap((each) => {
    const verbs = known.get(keyOf(each));
    const lacking = each.verbs.filter((verb) => !verbs?.has(verb));
    return lacking.length > 0 ? [{ ...each, verbs: lacking, isServed: verbs !== undefined }] : [];
  });
}

/** `v1` for `api/v1`, `apps/v1` for `apis/apps/v1`. */
export const apiVersionOf = (groupVersion) => groupVersion.replace(/^apis?\//, '');

/** The page, before it is formatted. */
export function renderPage(behaviours, missing) {
  const byVersion = new Map();
  for (const each of missing)
    byVersion.set(each.groupVersion, [...(byVersion.get(each.groupVersion) ?? []), each]);
  const resources = [...byVersion].map(([groupVersion, list]) => [
    `\`${apiVersionOf(groupVersion)}\``,
    list.map(labelOf).join(', '),
  ]);
  return [
    HEAD,
    '## Behaviour\n',
    table(
      ['what', 'what happens'],
      behaviours.map(({ what, happens }) => [what, happens]),
    ),
    RESOURCES,
    table(['API version', 'not served'], resources),
  ].join('\n');
}

const labelOf = ({ resource, verbs, isServed }) =>
  isServed ? `\`${resource}\` (${verbs.join(', ')})` : `\`${resource}\``;

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}
