/** The path of a file beside these scripts; k6 takes no URL, and `import.meta.resolve` answers with one. */
export const localPath = (specifier: string): string =>
  decodeURIComponent(import.meta.resolve(specifier).replace('file://', ''))
