/** Writes a line to k6's console, which `--console-output` sends to a file. */
declare const console: { log: (line: string) => void }

/** The constants that a script of an experiment finds before it. */
declare const PLAN: import('../model/load-plan.ts').LoadPlan
declare const START_URL: string
