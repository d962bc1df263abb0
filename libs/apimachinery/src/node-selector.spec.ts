import {
  matchesNodeSelectorTerm,
  matchesNodeSelectorTerms,
  type NodeSelectorTermLike,
} from './node-selector';

const NODE = { name: 'node-a', labels: { zone: 'east', cores: '8', empty: '', size: 'large' } };
const BIG = '9223372036854775807';

const expression = (key: string, operator: string, ...values: string[]): NodeSelectorTermLike => ({
  matchExpressions: [{ key, operator, values }],
});
const field = (operator: string, ...values: string[]): NodeSelectorTermLike => ({
  matchFields: [{ key: 'metadata.name', operator, values }],
});

// Cases of k8s.io/component-helpers scheduling/corev1/nodeaffinity/nodeaffinity_test.go TestNodeSelectorMatch.
describe('a term of a node selector', () => {
  test.each<[term: string, value: NodeSelectorTermLike, matches: boolean]>([
    ['without requirements', {}, false],
    ['zone in (east, west)', expression('zone', 'In', 'east', 'west'), true],
    ['zone in (west)', expression('zone', 'In', 'west'), false],
    ['a label that is not there in (x)', expression('none', 'In', 'x'), false],
    ['zone not in (west)', expression('zone', 'NotIn', 'west'), true],
    ['a label that is not there not in (x)', expression('none', 'NotIn', 'x'), true],
    ['an empty label is there', expression('empty', 'Exists'), true],
    ['a name of every object is no label', expression('toString', 'Exists'), false],
    ['zone is not there', expression('zone', 'DoesNotExist'), false],
    ['cores > 4', expression('cores', 'Gt', '4'), true],
    ['cores > 8', expression('cores', 'Gt', '8'), false],
    ['cores < 16', expression('cores', 'Lt', '16'), true],
    ['an empty label > -1, which is no number', expression('empty', 'Gt', '-1'), false],
    ['an empty label < 1', expression('empty', 'Lt', '1'), false],
    ['a word < 1', expression('size', 'Lt', '1'), false],
    ['a label that is not there < 1', expression('none', 'Lt', '1'), false],
    ['cores > nothing', expression('cores', 'Gt'), false],
    ['cores < two numbers', expression('cores', 'Lt', '9', '10'), false],
    ['cores < the largest number', expression('cores', 'Lt', BIG), true],
    ['cores > 0x4, which is no number', expression('cores', 'Gt', '0x4'), false],
    ['an operator that is none', expression('zone', 'Near', 'east'), false],
    ['of this node', field('In', 'node-a'), true],
    ['of another node', field('In', 'node-b'), false],
    ['of all but this one', field('NotIn', 'node-a'), false],
    ['of all but another', field('NotIn', 'node-b'), true],
    ['of a field in two values, which does not parse', field('In', 'node-a', 'node-b'), false],
    ['of a field that exists, which does not parse', field('Exists'), false],
    [
      'of two requirements, of which one holds',
      {
        matchExpressions: [
          ...(expression('zone', 'Exists').matchExpressions ?? []),
          { key: 'x', operator: 'Exists' },
        ],
      },
      false,
    ],
    ['of labels and fields', { ...expression('zone', 'Exists'), ...field('In', 'node-a') }, true],
  ])('%s', (_term, value, matches) => {
    expect(matchesNodeSelectorTerm(value, NODE)).toBe(matches);
  });
});

test('one term is enough, and none is not', () => {
  const terms = [expression('none', 'Exists'), expression('zone', 'Exists')];
  expect(matchesNodeSelectorTerms(terms, NODE)).toBe(true);
  expect(matchesNodeSelectorTerms([], NODE)).toBe(false);
});
