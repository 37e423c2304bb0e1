/** A wait that can be cut short; a wake-up while nobody waits cuts the next wait. */
export function createWaker() {
  let isWoken = false
  let wakeUp = () => {}
  return {
    wake(): void {
      isWoken = true
      wakeUp()
    },
    async wait(ms: number): Promise<void> {
      if (!isWoken)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          wakeUp = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      isWoken = false
      wakeUp = () => {}
    },
  }
}
