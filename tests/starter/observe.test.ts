import { execFileSync } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { functionNames } from '../../model/services.ts'
import { ask } from '../containers/prometheus.ts'
import { freePorts, removeFolder, start, temporaryFolder } from './starter.ts'

const hasPrometheus = () => {
  try {
    execFileSync('prometheus', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const begin = async (environment: Record<string, string> = {}) => {
  const folder = await temporaryFolder()
  const args = [
    '--no-tour',
    '--observe',
    '--ephemeral',
    '--folder',
    folder,
    '--first-port',
    String(await freePorts()),
  ]
  return { folder, lab: start(args, environment) }
}

test.skipIf(!hasPrometheus())(
  'a Prometheus from the PATH watches every service',
  { timeout: 150_000 },
  async () => {
    const { folder, lab } = await begin()
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
  // A PATH with only the program that a start by root needs.
  const programs = await temporaryFolder()
  await symlink('/usr/bin/id', join(programs, 'id'))
  const { folder, lab } = await begin({ PATH: programs })
  expect(await lab.exited).toBe(1)
  expect(lab.output()).toContain('there is no prometheus on the PATH')
  await removeFolder(folder)
  await removeFolder(programs)
})
