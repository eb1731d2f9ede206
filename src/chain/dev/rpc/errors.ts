/** The errors of the JSON-RPC layer itself, with the codes and texts of Substrate's server. */
import { type Hex, NodeError } from '../substrate-node.ts'
import { LIMITS } from './limits.ts'

export const parseError = () => new NodeError(-32700, 'Parse error')
export const invalidRequest = () => new NodeError(-32600, 'Invalid request')
export const methodNotFound = (why?: string) => new NodeError(-32601, 'Method not found', why)
/** @param why which parameter, and what was expected */
export const invalidParams = (why: string) => new NodeError(-32602, 'Invalid params', why)
export const internalError = () => new NodeError(-32603, 'Internal error')

export const tooManySubscriptions = () =>
  new NodeError(
    -32006,
    'Too many subscriptions on the connection',
    `Exceeded max limit of ${LIMITS.subscriptionsPerClient}`,
  )
export const responseTooBig = () =>
  new NodeError(-32008, 'Response is too big', `Exceeded max limit of ${LIMITS.messageBytes}`)
export const serverBusy = () => new NodeError(-32009, 'Server is busy, try again later')
export const batchTooLarge = () =>
  new NodeError(-32010, 'The batch request was too large', `Exceeded max limit of ${LIMITS.batchRequests}`)

/** The `state_` methods' error for a block that the node has never seen. */
export const unknownBlock = (hash: Hex) =>
  new NodeError(4003, `Client error: UnknownBlock: Header was not found in the database: ${hash}`)

/** And of a node that is no archive, for a block whose state it has no more. */
export const discardedState = (hash: Hex) =>
  new NodeError(4003, `Client error: UnknownBlock: State already discarded for ${hash}`)
