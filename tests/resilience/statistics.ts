/** A quantile by the nearest-rank method. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** The slope of a least-squares line: the growth of `y` per minute. */
export function slopePerMinute(points: [minutes: number, y: number][]): number {
  const mean = (pick: (point: [number, number]) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])]
  const spread = points.reduce((sum, [minutes]) => sum + (minutes - x) ** 2, 0)
  return points.reduce((sum, [minutes, value]) => sum + (minutes - x) * (value - y), 0) / spread
}
