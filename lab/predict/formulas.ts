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
  erlangB: {
    name: 'Erlang B (M/G/c/c)',
    source:
      'A. K. Erlang, Løsning af nogle Problemer fra Sandsynlighedsregningen af Betydning for ' +
      'de automatiske Telefoncentraler, Elektroteknikeren 13 (1917), 5–13',
  },
  erlangC: {
    name: 'Erlang C (M/M/c)',
    source:
      'Erlang (1917), as above; D. Gross, J. Shortle, J. Thompson, C. Harris, Fundamentals of ' +
      'Queueing Theory, 4th ed. (2008), 2.3',
  },
  fixedService: {
    name: 'Crommelin (M/D/c)',
    source:
      'C. D. Crommelin, Delay probability formulae when the holding times are constant, Post ' +
      'Office Electrical Engineers’ Journal 25 (1932), 41–50; G. J. Franx, A simple solution for ' +
      'the M/D/c waiting time distribution, Operations Research Letters 29 (2001), 221–229',
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
