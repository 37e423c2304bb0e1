/** The settings of a container: environment variables, their defaults, units and readers. */
import { capacitySettings } from './capacity-settings.ts'
import { operationSettings } from './operation-settings.ts'
import { scenarioSettings } from './scenario-settings.ts'
import { containerPort, type FunctionName } from './services.ts'
import type { Setting } from './setting.ts'
import type { StyleName } from './styles.ts'

export const settings = {
  HOST: {
    kind: 'text',
    default: '0.0.0.0',
    help: 'the address to listen on; `npm start` uses 127.0.0.1 by default',
    fixed: true,
  },
  PORT: {
    kind: 'integer',
    default: containerPort,
    least: 0,
    most: 65_535,
    help: 'the port to listen on',
    fixed: true,
  },
  ...scenarioSettings,
  ...capacitySettings,
  ...operationSettings,
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof settings

export const settingNames = Object.keys(settings) as SettingName[]

/** A setting without its literal types, for code that handles all settings alike. */
export const settingOf = (name: SettingName): Setting => settings[name]

/** The settings that a user passes on to the containers of a style. */
export const passedSettings = (style: StyleName = 'sync'): SettingName[] =>
  settingNames.filter((name) => {
    const { fixed = false, style: only = style } = settingOf(name)
    return !fixed && only === style
  })

type Literal<S extends SettingName> = (typeof settings)[S]

/** The value of a setting once it is parsed. */
export type SettingValue<S extends SettingName> = Literal<S>['kind'] extends 'integer' | 'seconds'
  ? number
  : Literal<S> extends { choices: readonly (infer C)[] }
    ? C
    : string

/** The settings that a function reads, by name. */
export type SettingsOf<N extends FunctionName> = {
  [S in SettingName as Literal<S> extends { readBy: readonly (infer F)[] }
    ? N extends F
      ? S
      : never
    : never]: SettingValue<S>
}

/** The names of the settings that a function reads. */
export const settingsReadBy = (name: FunctionName): SettingName[] =>
  settingNames.filter((setting) => settingOf(setting).readBy?.includes(name))
