/** Whether to run the long form, which a release must pass. The short form is for every change. */
export const isFull = ['full', 'long'].includes(process.env.LOCKSTEP_RESILIENCE ?? '')

/** One number for the long form, another for the short one. */
export const scaled = (full: number, short: number): number => (isFull ? full : short)
