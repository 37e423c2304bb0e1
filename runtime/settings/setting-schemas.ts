import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { parseBody } from '../../functions/http/json-body.ts'
import { functionNames } from '../../model/services.ts'
import type { Setting } from '../../model/setting.ts'
import {
  type SettingName,
  type SettingValue,
  settingNames,
  settingOf,
} from '../../model/settings.ts'
import { type FaultSpec, faultSpec } from '../faults/fault-spec.ts'

/**
 * The value of a setting in this container: the model's, or the parsed JSON.
 */
export type Settings = {
  [S in Exclude<SettingName, 'FAULTS' | 'CORS_ORIGINS' | 'ALLOWED_HOSTS'>]: SettingValue<S>
} & {
  CORS_ORIGINS: string[]
  ALLOWED_HOSTS: string[]
  FAULTS: Partial<Record<(typeof functionNames)[number], FaultSpec>>
}

/** A text of one line: a carriage return of a Windows file would go on to a terminal or a header. */
export const text = z.string().regex(/^\P{Cc}*$/u, 'must not contain control characters')

export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .pipe(z.number().min(least).max(most))

const seconds = z
  .string()
  .regex(/^\d{1,6}(\.\d+)?$/, 'must be a number of seconds, such as 10 or 0.5')
  .transform(Number)

const json = (example: string) =>
  z.string().transform((text, context) => {
    try {
      return parseBody(text)
    } catch {
      context.addIssue(`must be JSON with each key once, such as ${example}`)
      return z.NEVER
    }
  })

const isOrigin = (text: string) =>
  text === '*' || (/^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text)

/** As browsers send it, without a port. */
const isHost = (text: string) =>
  text === '*' ||
  URL.parse(`http://${text.replace(/^\./, '')}/`)?.hostname === text.replace(/^\./, '')

const list = (isPart: (text: string) => boolean, error: string) =>
  z
    .string()
    .transform((text) => (text.trim() === '' ? [] : text.split(',').map((part) => part.trim())))
    .refine((parts) => parts.every(isPart), error)

const faultsByFunction = z.partialRecord(z.enum(functionNames), faultSpec)

function schemaOf(setting: Setting): z.ZodType<unknown, string> {
  switch (setting.kind) {
    case 'integer':
      return wholeNumber(setting.least, setting.most)
    case 'seconds':
      return seconds
    case 'choice':
      return z.enum(setting.choices)
    case 'json':
      return json(setting.example).pipe(faultsByFunction)
    case 'origins':
      return list(
        isOrigin,
        'must be origins such as http://localhost:5173,https://example.com, or *',
      )
    case 'hosts':
      return list(isHost, 'must be names such as shop.example,.example.com without a port, or *')
    case 'text':
      return text
  }
}

// The only default that depends on the machine.
const defaultOf = (setting: Setting) => String(setting.default ?? availableParallelism())

/** Every setting of a container with its default. */
export const settingSchemas = z.object(
  Object.fromEntries(
    settingNames.map((name) => {
      const setting = settingOf(name)
      return [name, schemaOf(setting).prefault(defaultOf(setting))]
    }),
  ),
)
