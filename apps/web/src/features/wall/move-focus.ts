/** Where an arrow leads among boxes that stand in lines: the next, or the nearest of the next line. */
export function movedTo(
  boxes: readonly { left: number; top: number }[],
  from: number,
  key: string,
): number | null {
  const last = boxes.length - 1;
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  if (key === 'ArrowRight') return Math.min(from + 1, last);
  if (key === 'ArrowLeft') return Math.max(from - 1, 0);
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return null;
  const { left, top } = boxes[from]!;
  const beyond = boxes.filter((box) => (key === 'ArrowDown' ? box.top > top : box.top < top));
  if (beyond.length === 0) return from;
  const line = key === 'ArrowDown' ? beyond[0]!.top : beyond.at(-1)!.top;
  const inLine = beyond.filter((box) => box.top === line);
  const nearest = inLine.reduce((best, box) =>
    Math.abs(box.left - left) < Math.abs(best.left - left) ? box : best,
  );
  return boxes.indexOf(nearest);
}
