/** Sets of completion indexes as `1,3-5`. Models k8s.io/kubernetes pkg/controller/job/indexed_job_utils.go orderedIntervals. */

/** Indexes below `completions` that the text names. */
export function parseIndexes(text: string | undefined, completions: number): Set<number> {
  const indexes = new Set<number>();
  for (const interval of (text ?? '').split(',').filter((each) => each !== '')) {
    const [first, last = first] = interval.split('-').map(Number);
    for (let index = first; index <= last && index < completions; index++) indexes.add(index);
  }
  return indexes;
}

/** Two that follow one another are written apart, three and more as an interval. Models orderedIntervals.String. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const ordered = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let start = 0; start < ordered.length;) {
    let end = start;
    while (ordered[end + 1] === ordered[end] + 1) end++;
    if (end === start) parts.push(String(ordered[start]));
    else parts.push(`${ordered[start]}${end === start + 1 ? ',' : '-'}${ordered[end]}`);
    start = end + 1;
  }
  return parts.join(',');
}

/** The lowest `count` indexes that are neither completed nor being worked on. Models firstPendingIndexes. */
export function pendingIndexes(completions: number, taken: ReadonlySet<number>, count: number): number[] {
  const pending: number[] = [];
  for (let index = 0; index < completions && pending.length < count; index++) {
    if (!taken.has(index)) pending.push(index);
  }
  return pending;
}
