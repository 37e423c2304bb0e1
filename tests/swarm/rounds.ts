import { urlOf } from '../containers/load.ts'
import type { Seen } from '../resilience/clients.ts'
import type { ScenarioRequest } from '../scenario-requests.ts'

// Rounds at once: a round waits for its slowest request.
const lanes = 4

async function send({ name, method, make }: ScenarioRequest): Promise<Seen> {
  const { path, body } = make()
  const id = crypto.randomUUID()
  const headers = { 'content-type': 'application/json', 'x-request-id': id }
  const start = performance.now()
  const answer = await fetch(urlOf(name) + path, { method, headers, body: JSON.stringify(body) })
  const answered = (await answer.json()) as Record<string, unknown>
  const milliseconds = performance.now() - start
  return { name, status: answer.status, body: answered, id, milliseconds }
}

/** Sends each request once in every round, and returns the responses. */
export async function sendRounds(
  requests: readonly ScenarioRequest[],
  rounds: number,
): Promise<Seen[]> {
  const seen: Seen[] = []
  const sendLane = async () => {
    for (let round = 0; round < rounds / lanes; round += 1)
      seen.push(...(await Promise.all(requests.map(send))))
  }
  await Promise.all(Array.from({ length: lanes }, sendLane))
  return seen
}
