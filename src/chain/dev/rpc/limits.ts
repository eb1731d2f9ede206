/** What one client may ask for, so that no client can stop the chain for the others. Beyond them it reads the errors of jsonrpsee. */
export const LIMITS = {
  /** Of one message in either direction. An extrinsic is bounded to a fraction of it by the size of a block. */
  messageBytes: 15 * 1024 * 1024,
  batchRequests: 1000,
  subscriptionsPerClient: 1024,
  keysPerSubscription: 1024,
  keysPerPage: 1000,
  /** Requests of one client that wait to be answered: only mischief makes any wait. */
  waitingPerClient: 1024,
  clients: 100,
  /** What waits to be read by a client that does not read; then it is dropped. */
  unreadBytes: 64 * 1024 * 1024,
} as const
