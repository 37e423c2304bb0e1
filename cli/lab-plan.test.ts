import { expect, test } from 'vitest'
import { withDefaults } from '../lab/predict/lab-settings.ts'
import { freePort } from '../local/processes/ports.ts'
import { highestFirstPort } from '../model/services.ts'
import { parseCommand } from './command-line.ts'
import { command, type LabCommandOptions } from './lab-options.ts'
import { beginOrResume, chooseExperiments, type Plan } from './lab-plan.ts'

function optionsOf(...args: string[]): LabCommandOptions {
  parseCommand(command, args)
  return command.opts<LabCommandOptions>()
}

test('replicas are not measured together with a lab of its own', async () => {
  const beginning = beginOrResume(optionsOf('--only', 'replicas', 'capacity'))
  await expect(beginning).rejects.toThrow('--only replicas stands alone')
})

test('a platform that does not answer is named', async () => {
  const port = String(Math.min(await freePort(), highestFirstPort))
  const options = optionsOf('--only', 'replicas', '--first-port', port)
  await expect(beginOrResume(options)).rejects.toThrow(/\w+service does not answer at http:/)
})

test('a command that cannot scale a service is refused', () => {
  expect(() => optionsOf('--scale', 'docker service scale lockstep_{service}=4')).toThrow(
    '--scale needs {service} and {replicas}',
  )
})

const plan: Plan = {
  profile: 'quick',
  ...{ seed: 1, generators: ['k6'], given: {}, startedAt: '', machine: '' },
}

test('a platform has the experiment of replicas with its settings', () => {
  const settings = withDefaults({ CONCURRENCY: 7 })
  const platform = { baseUrl: 'http://localhost', firstPort: 8001, scale: '', settings }
  const named = chooseExperiments({ ...plan, platform }).map((it) => [
    it.name,
    it.settings.CONCURRENCY,
  ])
  expect(named).toEqual([['replicas', 7]])
})

test('a given setting reaches the experiments that do not choose it', () => {
  const given = { EMAIL_DELAY_MS: '300' }
  const delays = chooseExperiments({ ...plan, given }).map((it) => it.settings.EMAIL_DELAY_MS)
  expect(delays).toEqual([300, 200, 50, 300])
})

test('an unknown setting is refused by its name', () => {
  expect(() => optionsOf('--set', 'EMAIL_DELAY=300')).toThrow('not "EMAIL_DELAY=300"')
})

test('a resumed measurement takes no other options', async () => {
  const beginning = beginOrResume(optionsOf('--resume', 'results/none', '--seed', '2'))
  await expect(beginning).rejects.toThrow('it takes no --seed')
})
