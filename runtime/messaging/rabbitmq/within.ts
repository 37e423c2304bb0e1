/** What ends first: the work, or the time for it. The work goes on, and its failure is no matter. */
export async function within<T>(work: Promise<T>, limitMs: number, late: () => T): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const end = () => {
    try {
      resolve(late())
    } catch (error) {
      reject(error)
    }
  }
  const timer = setTimeout(end, limitMs)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
