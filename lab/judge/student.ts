/**
 * The probability that Student's t is at least this far from 0, on either side.
 * Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 * @param freedom degrees of freedom, a whole number from 1
 */
export function studentP(t: number, freedom: number): number {
  const angle = Math.atan(Math.abs(t) / Math.sqrt(freedom))
  const [sine, squared] = [Math.sin(angle), Math.cos(angle) ** 2]
  const isOdd = freedom % 2 === 1
  let [term, sum] = [isOdd ? Math.cos(angle) : 1, 0]
  for (let k = isOdd ? 2 : 1; k < freedom; k += 2) {
    sum += term
    term *= (squared * k) / (k + 1)
  }
  const inside = isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum
  return Math.max(0, 1 - inside)
}
