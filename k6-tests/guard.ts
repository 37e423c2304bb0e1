import { Counter } from 'k6/metrics'
import { exceptions } from './metric-names.ts'

/**
 * Returns the iteration with its exceptions counted: k6 itself logs them and passes the run.
 * Call it while the script is initialised.
 */
export function guarded<Data>(iteration: (data: Data) => void): (data: Data) => void {
  const thrown = new Counter(exceptions)
  return (data) => {
    try {
      iteration(data)
    } catch (error) {
      thrown.add(1)
      throw error
    }
  }
}
