/**
 * Which of several hypotheses are rejected, so that a true one is among them with at most this
 * probability (Holm, Scandinavian Journal of Statistics 6, 1979).
 */
export function rejectByHolm(ps: readonly number[], level = 0.05): boolean[] {
  const order = [...ps.keys()].sort((a, b) => (ps[a] as number) - (ps[b] as number))
  const firstKept = order.findIndex(
    (place, done) => (ps[place] as number) > level / (ps.length - done),
  )
  const rejected = new Set(firstKept < 0 ? order : order.slice(0, firstKept))
  return ps.map((_, place) => rejected.has(place))
}
