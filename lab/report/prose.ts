/** A sentence that is written over several lines of code. */
export const prose = (strings: TemplateStringsArray, ...values: (string | number)[]): string =>
  String.raw({ raw: strings }, ...values).replaceAll(/\s*\n\s*/g, ' ')
