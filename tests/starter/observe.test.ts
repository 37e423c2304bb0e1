import { expect, onTestFinished, test, vi } from 'vitest'
import { freePorts } from '../../local/processes/ports.ts'
import { startPrometheus } from '../../local/processes/prometheus.ts'
import { StartError } from '../../local/start.ts'
import { functionNames } from '../../model/services.ts'
import { ask } from '../containers/prometheus.ts'
import { removeFolder, start, temporaryFolder } from './starter.ts'

// It needs prometheus, which .ci/observability looks for.
test.skipIf(!process.env.LOCKSTEP_OBSERVABILITY)(
  'a Prometheus from the PATH watches every service',
  { timeout: 150_000 },
  async () => {
    const folder = await temporaryFolder()
    const args = ['--no-tour', '--observe', '--ephemeral', '--folder', folder]
    const lab = start([...args, '--first-port', String(await freePorts())])
    const output = await lab.line('Prometheus runs')
    expect(output).toMatch(/^Prometheus runs at http/m)
    process.env.PROMETHEUS_URL = /^Prometheus runs at (\S+)$/m.exec(output)?.[1]
    await expect
      .poll(async () => (await ask('up{service!=""} == 1')).length, {
        timeout: 60_000,
        interval: 250,
      })
      .toBe(functionNames.length)
    const recorded = async () => (await ask('service:http_requests:rate1m')).length
    await expect.poll(recorded, { timeout: 60_000, interval: 250 }).toBe(functionNames.length)
    lab.process.kill('SIGTERM')
    expect(await lab.exited).toBe(0)
    await expect(fetch(`${process.env.PROMETHEUS_URL}/-/ready`)).rejects.toThrow()
    await removeFolder(folder)
  },
)

test('without a Prometheus the start fails', async () => {
  const folder = await temporaryFolder()
  vi.stubEnv('PATH', folder)
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await removeFolder(folder)
  })
  const starting = startPrometheus({ targets: {}, folder })
  await expect(starting).rejects.toThrow('there is no prometheus on the PATH')
  await expect(starting).rejects.toBeInstanceOf(StartError)
})
