/** Calibrates a lab, and checks that the load generator is fast enough here. */
import type { Gate, Probe } from '../measurement.ts'
import { calibrate, calibrationSettings } from './calibrate.ts'
import { probeGenerator } from './gate.ts'
import { type MeasureOptions, openLabOf, sayWarm, withoutFaults } from './open-lab.ts'
import { warmUp } from './warm-up.ts'

/** Ends a measurement whose load generator is too slow. */
export class GateError extends Error {
  override name = 'GateError'
}

/** @throws GateError if the load generator is too slow, unless that is to be ignored */
export async function passGate(options: MeasureOptions): Promise<Gate> {
  const { say, signal, generators, ignoreGate = false } = options
  say('Warming a lab …')
  const lab = await openLabOf(withoutFaults(options), calibrationSettings)
  try {
    sayWarm(await warmUp({ ...lab, signal }), say)
    say('Calibrating: the cost of a hop, of a call and of a query …')
    const calibration = await calibrate(lab, { signal, generators })
    say('Checking the load generator …')
    const probe = await probeGenerator({ lab, signal, generators })
    if (probe.objections.length > 0 && !ignoreGate) throw refusal(probe)
    return { calibration, probe, ignored: ignoreGate }
  } finally {
    await lab.close()
  }
}

const refusal = ({ objections }: Probe) =>
  new GateError(`The load generator is too slow here right now:
${objections.map((objection) => `  - ${objection}`).join('\n')}
Close other programs and try again, or add --ignore-gate; the report will mention it.`)
