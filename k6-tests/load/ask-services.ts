import http from 'k6/http'
import type { FunctionName } from '../../model/services.ts'

/** A response; its text is empty if it is no success. `agent` is the header that k6 has sent. */
export type ServiceAnswer = { text: string; agent: string }

/** The responses of services to one path, requested at once: silent ones take 5 s in all. */
export function askServices(
  urls: Record<FunctionName, string>,
  names: readonly FunctionName[],
  path: string,
): Map<FunctionName, ServiceAnswer> {
  const params = { timeout: '5s', responseType: 'text' } as const
  const responses = http.batch(
    names.map((name) => ({ method: 'GET' as const, url: urls[name] + path, params })),
  )
  return new Map(
    responses.map(({ status, body, request }, index) => [
      names[index] as FunctionName,
      {
        text: status === 200 ? String(body) : '',
        agent: String(request.headers['User-Agent']),
      },
    ]),
  )
}
