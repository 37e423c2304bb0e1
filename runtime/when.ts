/** Work that may have to wait, and need not pay for a promise if it has not. */
export type MaybePromise<T> = T | Promise<T>

/** Goes on with a value: at once, or when its promise is fulfilled. */
export const when = <T, U>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> => (value instanceof Promise ? value.then(next) : next(value))

/** Goes on after work with its value, or with that of `failed`. */
export function settled<T, U>(
  work: () => MaybePromise<T>,
  failed: (error: Error) => MaybePromise<T>,
  next: (value: T) => U,
): MaybePromise<U> {
  let value: MaybePromise<T>
  try {
    value = work()
  } catch (error) {
    value = failed(error as Error)
  }
  if (!(value instanceof Promise)) return next(value)
  return value.then(next, async (error: Error) => next(await failed(error)))
}

/** Does work and then `end`, whether the work has failed or not. */
export function ending<T>(work: () => MaybePromise<T>, end: () => void): MaybePromise<T> {
  let value: MaybePromise<T>
  try {
    value = work()
  } catch (error) {
    end()
    throw error
  }
  if (value instanceof Promise) return value.finally(end)
  end()
  return value
}
