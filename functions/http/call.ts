import { type RouteConfig, z } from '@hono/zod-openapi'
import { type $Fetch, FetchError, type FetchResponse } from 'ofetch'

type JsonBody<T> = T extends {
  content: { 'application/json': { schema: infer S extends z.ZodType } }
}
  ? S
  : never
type Success = { content: { 'application/json': { schema: z.ZodType } } }
type RequestOf<R extends RouteConfig> = R['request'] extends { body: infer B }
  ? z.input<JsonBody<B>>
  : never
type ResponseOf<R extends RouteConfig> = z.output<
  JsonBody<R['responses'][keyof R['responses'] & (200 | 201)]>
>

/** A call without a success response of the callee. */
export class CallError extends Error {
  override name = 'CallError'
  /** The status of the callee's response, if there was one. */
  readonly status: number | undefined
  /** The body of the callee's response, if there was one. */
  readonly answer: unknown
  /**
   * Whether the callee certainly had no side effect: it refused the request or never received it.
   */
  readonly refused: boolean
  /** Whether it was aborted because the caller's own client had disconnected. */
  readonly abandoned: boolean

  constructor(
    message: string,
    {
      status,
      answer,
      cause,
      sent = true,
      abandoned = false,
    }: {
      status?: number | undefined
      answer?: unknown
      cause: unknown
      sent?: boolean
      abandoned?: boolean
    },
  ) {
    super(message, { cause })
    this.status = status
    this.answer = answer
    this.abandoned = abandoned
    this.refused = !sent || (status !== undefined && status >= 400 && status < 500)
  }
}

/**
 * Calls another function over HTTP by its contract and waits for the answer.
 * @returns the body of the callee's success response, checked against its schema
 * @throws CallError on a refusal, a timeout, a lost connection, or an answer that breaks the
 *   contract; a fault
 *   of our own, such as a missing client, is thrown as it is
 */
export async function call<R extends RouteConfig>(
  service: $Fetch,
  route: R,
  body: RequestOf<R>,
  signal?: AbortSignal,
): Promise<ResponseOf<R>> {
  const answer: unknown = await service(route.path, {
    method: route.method.toUpperCase(),
    body: body as Record<string, unknown>,
    // Checked within the call, so that the client logs a broken contract as it logs any other failure.
    onResponse: ({ response }) => checkSuccess(route, response),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    throw error instanceof FetchError ? toCallError(error, signal) : error
  })
  return answer as ResponseOf<R>
}

/** Puts the parsed body in place of the response's own. */
function checkSuccess(route: RouteConfig, response: FetchResponse<unknown>): void {
  if (response.status >= 400) return
  const answer = response._data
  const parsed = successSchema(route).safeParse(answer)
  if (!parsed.success)
    throw new CallError('answered outside its contract', { answer, cause: parsed.error })
  response._data = parsed.data
}

/**
 * Waits for a call whose failure is a designed outcome.
 * @returns how the call failed, or `undefined` if it succeeded
 * @throws whatever is not a CallError
 */
export async function failureOf(pending: Promise<unknown>): Promise<CallError | undefined> {
  try {
    await pending
    return undefined
  } catch (error) {
    if (error instanceof CallError) return error
    throw error
  }
}

/** The schema of the route's success; a route that never succeeds accepts nothing. */
function successSchema({ responses }: RouteConfig): z.ZodType {
  const success = responses[200] ?? responses[201]
  return (success as Success | undefined)?.content['application/json'].schema ?? z.never()
}

/** Clients see the message, so it holds neither addresses nor stack traces. */
function toCallError(error: FetchError, signal?: AbortSignal): CallError {
  const { status } = error
  const answer: unknown = error.data
  if (status !== undefined)
    return new CallError(`answered ${status}`, { status, answer, cause: error })
  if (signal?.aborted)
    return new CallError('was abandoned, as the client had left', {
      cause: error,
      abandoned: true,
    })
  const timedOut = error.cause instanceof Error && error.cause.name === 'TimeoutError'
  if (timedOut) return new CallError('did not answer in time', { cause: error })
  return new CallError('could not be reached', { cause: error, sent: !wasNeverSent(error) })
}

// The connection failed: refused, unknown host, or timeout. The last two are Bun's names.
const unsent = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'ConnectionRefused',
  'FailedToOpenSocket',
]

/** Whether a request never left this machine. */
function wasNeverSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, cause } = error as NodeJS.ErrnoException
  return (code !== undefined && unsent.includes(code)) || wasNeverSent(cause)
}
