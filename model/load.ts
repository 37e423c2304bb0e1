/**
 * Users of scenarios 1, 2, 3 and 5, users of scenario 4, clicks per second, seconds: those of the
 * study.
 */
export const profiles = {
  default: { users: 5, reportUsers: 2, clicksPerSecond: 100, seconds: 30 },
  light: { users: 2, reportUsers: 1, clicksPerSecond: 20, seconds: 30 },
  medium: { users: 5, reportUsers: 2, clicksPerSecond: 100, seconds: 60 },
  heavy: { users: 10, reportUsers: 5, clicksPerSecond: 300, seconds: 90 },
  stress: { users: 20, reportUsers: 10, clicksPerSecond: 500, seconds: 120 },
  spike: { users: 30, reportUsers: 15, clicksPerSecond: 1000, seconds: 60 },
}

export type ProfileName = keyof typeof profiles

/**
 * How long a user of the study's load waits after each response, in seconds; clicks arrive at a
 * rate.
 */
export const pauseSeconds = { 1: 1, 2: 1, 3: 1, 4: 2, 5: 1, 6: 0 } as const

/** The verdict of a run by its thresholds. */
export type Verdict = 'passed' | 'failed' | 'not judged'
