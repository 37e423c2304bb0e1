/**
 * The path of a file in this checkout, regardless of the working directory. k6 needs a path;
 * `import.meta.resolve` returns a URL.
 */
const localPath = (name: string): string =>
  decodeURIComponent(import.meta.resolve(`../../${name}`).replace('file://', ''))

/** The file of a run's results. */
export function fileOf(script: string, id: string): { path: string; name: string } {
  const name = `results/${script}-${id}.json`
  return { path: localPath(name), name }
}

/**
 * Why there is no folder for results; `undefined` if there is one. k6 itself reports this only at
 * the end, and exits with 0. Call it while the script is initialised.
 */
export function whyNoResults(): string | undefined {
  const path = localPath('results')
  try {
    open(path)
  } catch (error) {
    // Opening a folder fails as well, but with another error.
    const missing = /no such file|cannot find/i.test(String(error))
    return missing ? `There is no folder for the results: create ${path}` : undefined
  }
  return `The results need a folder, but ${path} is a file`
}
