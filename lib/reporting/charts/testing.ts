/** The points that a path of moves, steps and closings goes through, for tests. */
export function pointsOf(path: string): [number, number][] {
  let [x, y] = [0, 0];
  return [...path.matchAll(/([Ml])([^MlZ]*)/g)].flatMap(([, command, text = '']) => {
    const numbers = [...text.matchAll(/-?(?:\d+(?:\.\d+)?|\.\d+)/g)].map(Number);
    return numbers.flatMap((dx, index): [number, number][] => {
      if (index % 2 === 1) return [];
      const dy = numbers[index + 1] ?? Number.NaN;
      [x, y] = command === 'M' ? [dx, dy] : [x + dx, y + dy];
      return [[x, y]];
    });
  });
}
