/** Predicts how a service behaves that the command line describes, without a lab. */
import { predict } from '../lab/predict/prediction.ts'
import { predictCeiling } from '../lab/predict/simulate-ceiling.ts'
import { printCeilings } from './ceilings-text.ts'
import { runProgram } from './command-line.ts'
import { predictCommand, predictOptionsOf } from './predict-options.ts'
import { printPrediction } from './predict-text.ts'

const command = predictCommand()

async function run(): Promise<number> {
  const options = predictOptionsOf(command)
  const { service, load } = options
  const prediction = predict({ service, ...load })
  const replicas = options.replicas.map((count) =>
    predictCeiling(service, { replicas: count, seed: load.seed }),
  )
  console.log(
    options.json
      ? JSON.stringify({ service, ...load, ...prediction, replicas }, null, 2)
      : [printPrediction(prediction, options), ...printCeilings(replicas)].join('\n\n'),
  )
  return 0
}

await runProgram({ command, run, onClosedPipe: () => process.exit(0) })
