/** Validation and normal form of e-mail addresses, including internationalised ones. */
import { domainToASCII, domainToUnicode } from 'node:url'
import { z } from '@hono/zod-openapi'
import { text } from './route.ts'

// RFC 5321, errata 1690.
const longest = 254
const misplacedDot = /^\.|\.\.|\.@/
// RFC 3696, 2: no top-level domain is a number.
const topLevel = /\.[a-z][a-z0-9-]*$/i

// A label that could not be decoded: Node.js leaves it as it is, Bun has no domain then.
const encoded = /(^|\.)xn--/

// WHATWG's grammar, with the dots of RFC 5321.
const isMailbox = (ascii: string) => z.regexes.html5Email.test(ascii) && !misplacedDot.test(ascii)

// RFC 6531 allows any character beyond ASCII in place of a letter.
const withLetters = (sent: string) => sent.replace(/[^\p{ASCII}\s\p{Cc}]/gu, 'a')

/** The Unicode form of a domain in lower case, by UTS 46; `undefined` if it is not a domain. */
function normalizeDomain(domain: string): string | undefined {
  const ascii = /^\p{ASCII}*$/u.test(domain) ? domain.toLowerCase() : domainToASCII(domain)
  if (!isMailbox(`a@${ascii}`) || !topLevel.test(ascii)) return undefined
  const unicode = ascii.includes('xn--') ? domainToUnicode(ascii) : ascii
  // A label may decode to an invalid one, such as `-ࣈ`: the normal form must be an address as well.
  return isMailbox(withLetters(`a@${unicode}`)) && !encoded.test(unicode) ? unicode : undefined
}

/**
 * The form in which an address is stored, compared and returned: Unicode in form C (RFC 6532), the
 * domain in lower case and in Unicode even if it was sent as `xn--…`. The part before the `@` keeps
 * its case: only its mail server can interpret it.
 * @returns `undefined` if the text is not an address
 */
export function normalizeAddress(sent: string): string | undefined {
  const composed = sent.normalize('NFC')
  const [local = '', domain = ''] = composed.split('@')
  const normal = isMailbox(withLetters(composed)) ? normalizeDomain(domain) : undefined
  if (normal === undefined || local.length + 1 + normal.length > longest) return undefined
  return `${local}@${normal}`
}

/** An e-mail address of at most 254 characters. Parsing returns its normal form. */
export const address = text
  .max(longest)
  .meta({ format: 'email' })
  .transform((sent, context) => {
    const normal = normalizeAddress(sent)
    if (normal !== undefined) return normal
    const message = 'Invalid email address'
    context.issues.push({ code: 'invalid_format', format: 'email', input: sent, message })
    return z.NEVER
  })
  .openapi({ type: 'string', format: 'email', maxLength: longest })
