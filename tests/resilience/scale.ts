/** Whether the long form is asked for: the numbers that a release is held to. The short one is for every change. */
export const isFull = process.env.LOCKSTEP_RESILIENCE === 'full'

/** A number of the long form, and what stands for it in the short one. */
export const scaled = (full: number, short: number): number => (isFull ? full : short)
