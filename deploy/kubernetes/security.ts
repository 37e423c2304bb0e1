/** The Pod Security Standard 'restricted': the namespace demands it, and all pods keep it. */
import { Namespace } from 'kubernetes-models/v1/Namespace'
import { namespace } from './identity.ts'

const modes = ['enforce', 'audit', 'warn']

/** The namespace, which admits only pods of the standard. */
export const namespaceObject = () =>
  new Namespace({
    metadata: {
      name: namespace,
      labels: Object.fromEntries(
        modes.map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
      ),
    },
  })

/** The account of a pod by number: `runAsNonRoot` refuses an image whose user is a name. */
export const podSecurity = (account: number) => ({
  runAsNonRoot: true,
  runAsUser: account,
  runAsGroup: account,
  fsGroup: account,
  seccompProfile: { type: 'RuntimeDefault' as const },
})

/** Beyond the standard: a read-only root file system. */
export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

/** The user of the images of Node.js and Bun. */
export const functionAccount = 1000
