import type { TestProject } from 'vitest/node'
import { openRabbitmq } from '../rabbitmq-server.ts'

/** Starts a RabbitMQ for the tests of a project if they run with one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (project.getProvidedContext().broker === 'embedded') {
    project.provide('brokerUrl', '')
    return async () => {}
  }
  const { url, close } = await openRabbitmq()
  project.provide('brokerUrl', url)
  return close
}
