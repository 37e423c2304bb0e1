/** The formulas that predictions are made with, and where they were published. */
export const formulas = {
  little: {
    name: "Little's law",
    source:
      'J. D. C. Little, A Proof for the Queuing Formula: L = λW, Operations Research 9 ' +
      '(1961), 383–387',
  },
  sum: {
    name: 'sum of the times in turn',
    source: 'a caller that waits holds its request for as long as its callee',
  },
  flow: {
    name: 'conservation of flow',
    source: 'above the ceiling, as many requests are answered as the ceiling allows',
  },
  allenCunneen: {
    name: 'Allen–Cunneen',
    source:
      'A. O. Allen, Probability, Statistics, and Queueing Theory, 2nd ed. (1990); ' +
      'after J. F. C. Kingman (1961) and A. K. Erlang (1917)',
  },
  erlangC: {
    name: 'Erlang C',
    source:
      'A. K. Erlang, Løsning af nogle Problemer fra Sandsynlighedsregningen af Betydning for ' +
      'de automatiske Telefoncentraler, Elektroteknikeren 13 (1917), 5–13',
  },
  even: {
    name: 'D/D/c',
    source: 'even arrivals of fixed length below the ceiling find a free slot each',
  },
  responseTime: {
    name: 'response time law',
    source: 'users of a closed loop over the rate at which they are served; Little (1961)',
  },
  simulation: {
    name: 'discrete-event simulation',
    source: 'lab/predict/station.ts, by the rules of runtime/admission/slots.ts',
  },
} as const

export type Formula = { name: string; source: string }
