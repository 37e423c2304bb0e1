/**
 * The path of a file beside these scripts. k6 needs a path; `import.meta.resolve` returns a URL.
 */
export const localPath = (specifier: string): string =>
  decodeURIComponent(import.meta.resolve(specifier).replace('file://', ''))
