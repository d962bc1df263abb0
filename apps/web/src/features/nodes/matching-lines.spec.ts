import { matchingLines } from './matching-lines';

const rules = '-A KUBE-SERVICES -j KUBE-SVC-A\n-A KUBE-NODEPORTS -j KUBE-EXT-A\nCOMMIT';

it.each([
  ['', rules],
  ['kube-ext', '-A KUBE-NODEPORTS -j KUBE-EXT-A'],
  ['nothing', ''],
])('looking for "%s"', (find, lines) => expect(matchingLines(rules, find)).toBe(lines));
