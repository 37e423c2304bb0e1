import { SlotRefusedError } from './slots.ts'

/** Whether a request ended with this error because its client has left, and what it waited for was given up. */
export const isAbandoned = (error: Error, signal: AbortSignal): boolean =>
  signal.aborted &&
  (error.name === 'AbortError' ||
    (error instanceof SlotRefusedError && error.reason === 'client_left'))
