/** Values of runs by start of the lab: so many runs in each start. */
export const inStarts = <Value>(values: readonly Value[], perStart: number): Value[][] =>
  Array.from({ length: Math.ceil(values.length / perStart) }, (_, start) =>
    values.slice(start * perStart, (start + 1) * perStart),
  )
