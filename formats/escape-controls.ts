const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A text on one line, with control characters as escapes: raw ones would change a terminal. */
export const escapeControls = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (control) => short[control] ?? `\\u{${control.codePointAt(0)?.toString(16)}}`,
  )
