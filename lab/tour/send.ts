/** Sends the request of a scenario once. */
import { parseServerTiming } from '../../formats/server-timing.ts'
import { servedByHeader } from '../../model/routes.ts'
import type { Scenario } from '../../model/scenarios.ts'

export type Answer = {
  /** The id of the request, which its log lines and its messages have. */
  id: string
  status: number
  body: Record<string, unknown>
  /** The latency that the client measured, in milliseconds. */
  measuredMs: number
  phases: ReadonlyMap<string, number>
  servedBy: string | undefined
}

/** Added to a request, so that its outcome is the designed one under any settings. */
const pinned: Partial<Record<Scenario['number'], object>> = {
  3: { stock: 50 },
  5: { payment: 'fail' },
}

/** @throws TypeError if the lab cannot be reached */
export async function send({ number, method, request }: Scenario, url: string): Promise<Answer> {
  const id = `tour-${crypto.randomUUID()}`
  const { path, body } = request({ unique: id, count: 0 })
  // Opens the connection beforehand, because it is not part of the scenario.
  await fetch(`${url}/health`).then((answer) => answer.arrayBuffer())
  const start = performance.now()
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', 'x-request-id': id },
    body: JSON.stringify({ ...body, ...pinned[number] }),
  })
  const answered = (await response.json()) as Answer['body']
  return {
    id,
    status: response.status,
    body: answered,
    measuredMs: performance.now() - start,
    phases: parseServerTiming(response.headers.get('server-timing')),
    servedBy: response.headers.get(servedByHeader) ?? undefined,
  }
}
