const needed = [
  // To find programs and the user's files.
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TERM|TMPDIR|LD_LIBRARY_PATH|XDG_\w+)$/,
  // For ssh, Docker and Kubernetes, and for certificates of one's own.
  /^(SSH_\w+|DOCKER_\w+|KUBECONFIG|SSL_CERT_(FILE|DIR))$/,
  // For Windows.
  /^(SYSTEMROOT|SYSTEMDRIVE|COMSPEC|PATHEXT|TEMP|TMP|USERPROFILE|(LOCAL)?APPDATA|PROGRAMDATA)$/i,
]

/**
 * The variables of the shell that a measured program, or a load generator, needs to start or to
 * reach another machine. Any other one, such as a setting of the services or an option of k6, would
 * change what is measured, and be in no result.
 */
export const inheritedBy = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => needed.some((pattern) => pattern.test(name))),
  )
