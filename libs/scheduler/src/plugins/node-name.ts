import type { Plugin, Rejection } from '../framework';

const OTHER_NODE: Rejection = {
  reasons: ["node(s) didn't match the requested node name"],
  unresolvable: true,
};

/** Models pkg/scheduler/framework/plugins/nodename. */
export const nodeName: Plugin = {
  name: 'NodeName',
  filter({ pod: { pod } }) {
    const wanted = pod.spec.nodeName;
    return wanted ? ({ name }) => (name === wanted ? undefined : OTHER_NODE) : undefined;
  },
};
