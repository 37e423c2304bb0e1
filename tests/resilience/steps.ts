/** The steps of a message at which `kill-at-step.mjs` ends a service. */
import { brokerName } from '../broker.ts'

// The shares let a service do some work before it ends again.
const stored = [
  { step: 'fetched', words: 'after messages were taken', share: 0.1 },
  { step: 'committing', words: 'before a commit', share: 0.02 },
  { step: 'committed', words: 'after a commit', share: 0.02 },
] as const

const sent = [
  { step: 'delivered', words: 'when a message is delivered', share: 0.02 },
  { step: 'acknowledging', words: 'between a commit and its acknowledgement', share: 0.02 },
  { step: 'confirmed', words: 'between a confirm and its completion', share: 0.02 },
  { step: 'retried', words: 'between a retry and its acknowledgement', share: 0.1 },
] as const

/** Those of the broker under test. */
export const steps = brokerName === 'rabbitmq' ? [...stored, ...sent] : stored

export type Step = (typeof stored | typeof sent)[number]['step']
