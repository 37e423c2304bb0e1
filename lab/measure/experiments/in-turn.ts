import type { Condition, LoadSpec, Turn } from '../experiment.ts'

/** A condition whose loads are played one after another, so that none disturbs another. */
export function inTurn(name: string, turns: readonly Turn[]): Condition {
  let startSeconds = 0
  const loads = turns.map(({ restSeconds, ...turn }): LoadSpec => {
    const load = { ...turn, startSeconds }
    startSeconds += turn.seconds + restSeconds
    return load
  })
  return { name, loads }
}
