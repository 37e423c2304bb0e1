/** The namespace, and the settings of all containers. */
import { Namespace } from 'kubernetes-models/v1/Namespace'
import { settingNames, settingOf } from '../../model/settings.ts'
import { namespace } from './identity.ts'

const modes = ['enforce', 'audit', 'warn']

/** The labels of a namespace that admits only pods of the standard 'restricted'. */
export const restricted = Object.fromEntries(
  modes.map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
)

export const namespaceObject = () =>
  new Namespace({ metadata: { name: namespace, labels: restricted } })

/** Every setting with its default; an empty one counts as not set. */
export const settingsEnv = (): string =>
  settingNames
    .filter((name) => !settingOf(name).fixed)
    .map((name) => `${name}=${settingOf(name).default ?? ''}\n`)
    .join('')
