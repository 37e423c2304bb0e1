/** Predicts how a service behaves that the command line describes, without a lab. */
import { predict } from '../lab/predict/prediction.ts'
import { runProgram } from './command-line.ts'
import { predictCommand, predictOptionsOf } from './predict-options.ts'
import { printPrediction } from './predict-text.ts'

const command = predictCommand()

async function run(): Promise<number> {
  const options = predictOptionsOf(command)
  const prediction = predict({ service: options.service, ...options.load })
  console.log(
    options.json
      ? JSON.stringify({ service: options.service, ...options.load, ...prediction }, null, 2)
      : printPrediction(prediction, options),
  )
  return 0
}

await runProgram({ command, run, onClosedPipe: () => process.exit(0) })
