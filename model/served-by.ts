/**
 * The header in which a response names the replica that sent it: the host name of its container, or
 * the name of its pod.
 */
export const servedByHeader = 'x-served-by'
