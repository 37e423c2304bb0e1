/**
 * A browser for tests of pages, which run only with LOCKSTEP_PAGES: CHROMIUM names it, otherwise the
 * PATH has it.
 */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome']

const isProgram = (file: string) => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function findChromium(): string | undefined {
  const { CHROMIUM, PATH = '' } = process.env
  const folders = PATH.split(delimiter)
  return (
    CHROMIUM || folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram)
  )
}

/** The program, if pages are to be tested and the machine has one. */
export const chromiumPath = process.env.LOCKSTEP_PAGES ? findChromium() : undefined

/** Starts it without a window. In containers its own sandbox is refused. */
export const openChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath as string, args: ['--no-sandbox'] })
