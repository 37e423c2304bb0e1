/** The constants that a script of an experiment finds before it. */
declare const PLAN: import('../model/load-plan.ts').LoadPlan
declare const START_URL: string
