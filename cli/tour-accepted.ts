/** The tour of the asynchronous style: when work was accepted, completed and consistent. */
import { printRow } from '../formats/table.ts'
import { type AcceptedResult, type PlayOptions, playAccepted } from '../lab/tour/play-accepted.ts'
import { openRunningDatabase } from '../local/postgres/find-database.ts'
import { type Scenario, scenarios } from '../model/scenarios.ts'

const works: Record<Scenario['number'], string> = {
  1: 'e-mail sent',
  2: 'payment done',
  3: 'all handled',
  4: 'report done',
  5: 'order failed',
  6: 'click stored',
}

const inMs = (milliseconds: number | undefined) => {
  if (milliseconds === undefined) return '–'
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`
}

const headings = ['scenario', 'expected', 'accepted', 'completed', 'consistent', 'verdict']
// Fixed, because each result is printed as soon as it is there.
const widths = [24, 16, 10, 9, 10]
const print = (cells: string[]) => printRow(cells, widths)

/** The row of one scenario. */
export function printAccepted(scenario: Scenario, result: AcceptedResult): string {
  const { status, acceptedMs, times, verdict } = result
  return print([
    `${scenario.number} ${scenario.title}`,
    `${scenario.acceptedStatus} ${works[scenario.number]}`,
    `${status} ${inMs(acceptedMs)}`,
    inMs(times?.completedMs),
    inMs(times?.consistentMs),
    verdict,
  ])
}

const legend = `
accepted    from the request to its answer, measured by this client
completed   until the requester's work was done
consistent  until every part agreed
The last two add the times between acceptance and handling, by the clock of the database.
`

// Right after a start, code is cold and connections are closed.
const playsBefore = 10
const quick = scenarios.filter(({ waitsFor }) => !waitsFor)
const quickNumbers = new Intl.ListFormat('en-GB').format(quick.map(({ number }) => `${number}`))
const notice = `Scenarios ${quickNumbers} are played ${playsBefore} times first: cold code is slow.`

async function playWarm(scenario: Scenario, options: PlayOptions): Promise<AcceptedResult> {
  const play = () => playAccepted(scenario, options)
  // At once, as one after another each would wait for its messages.
  if (quick.includes(scenario)) await Promise.all(Array.from({ length: playsBefore }, play))
  return play()
}

/**
 * Plays the six scenarios against a running lab.
 * @returns how many went as expected
 * @throws StartError if the database of the lab is not known
 */
export async function playAcceptedTour(
  target: PlayOptions['target'],
  folder: string,
): Promise<number> {
  const { db, close } = await openRunningDatabase(folder)
  try {
    console.log(`\n${notice}\n\n${print(headings)}`)
    let asExpected = 0
    for (const scenario of scenarios) {
      const result = await playWarm(scenario, { target, db })
      console.log(printAccepted(scenario, result))
      if (result.asExpected) asExpected++
    }
    console.log(legend.trimEnd())
    return asExpected
  } finally {
    await close()
  }
}
