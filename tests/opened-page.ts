import type { Browser, Page } from 'playwright-core'

export type OpenedPage = {
  page: Page
  /** What it asked the network for. */
  requests: string[]
  /** Errors of its console. */
  errors: string[]
}

export type OpenOptions = { url: string; colorScheme?: 'light' | 'dark'; width?: number }

/** Opens a page without a network, and records what it asks for and complains about. */
export async function openPage(
  browser: Browser,
  { url, colorScheme = 'light', width = 1280 }: OpenOptions,
): Promise<OpenedPage> {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } })
  const requests: string[] = []
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  await page.route('**', (route) => {
    const asked = route.request().url()
    if (asked.startsWith('file:')) return route.continue()
    requests.push(asked)
    return route.abort()
  })
  await page.goto(url)
  return { page, requests, errors }
}
