import type { Service } from '../lab/predict/service.ts'

/** A service of ten slots and 2 s, but for what is given. */
export const describedService = (given: Partial<Service> = {}): Service => ({
  ...{ slots: 10, queueLimit: 1000, queueTimeoutMs: 30_000, resources: [] },
  delay: { fixedMs: 2000 },
  ...given,
})
