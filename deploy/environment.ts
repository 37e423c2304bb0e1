/** The parts of .env.example that follow from the model. */
import { functionNames, services } from '../model/services.ts'
import { settingNames, settingOf } from '../model/settings.ts'
import { portVariable } from './compose.ts'

/** Every setting with its default, commented out. */
export const exampleSettings = (): string =>
  settingNames
    .filter((name) => !settingOf(name).fixed)
    .flatMap((name) => {
      const { default: value, defaultText } = settingOf(name)
      return value === undefined ? [`# Empty: ${defaultText}.`, `#${name}=`] : [`#${name}=${value}`]
    })
    .join('\n')

/** The port of every service on the host. */
export const examplePorts = (): string =>
  functionNames.map((name) => `#${portVariable(name)}=${services[name].port}`).join('\n')
