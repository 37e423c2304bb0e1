/** What the Pod Security Standard 'restricted' asks, and a read-only root file system. */

/** The account of a pod by number: `runAsNonRoot` refuses an image whose user is a name. */
export const podSecurity = (account: number) => ({
  runAsNonRoot: true,
  runAsUser: account,
  runAsGroup: account,
  fsGroup: account,
  seccompProfile: { type: 'RuntimeDefault' as const },
})

export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

/** The user of the images of Node.js and Bun. */
export const functionAccount = 1000
