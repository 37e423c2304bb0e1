/**
 * Loaded into a process before its program: SIGUSR2 sets its clock two hours ahead, and the next
 * one sets it back. `performance.now()` goes on, as it does when the clock of a machine is set.
 */
const hourMs = 3_600_000
const { now } = Date
let aheadMs = 0

Date.now = () => now() + aheadMs
globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length > 0 ? args : [Date.now()], newTarget),
})
process.on('SIGUSR2', () => {
  aheadMs = aheadMs === 0 ? 2 * hourMs : 0
})
