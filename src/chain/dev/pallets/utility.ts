/** Pallet `Utility`: several calls in one, not one batch in another. */
import type { Call } from '../runtime/call.ts'
import { type Context, DispatchFailure, ensure, type Handler, type Origin } from '../runtime/context.ts'

const MAX_CALLS = 10_922
export const BATCHES: readonly string[] = ['Utility.batch', 'Utility.batch_all', 'Utility.force_batch']

/** Stops at the first failure, and what was done stays done. */
export const batch: Handler = (context, args, origin) => {
  for (const [at, call] of callsOf(args).entries()) {
    const error = attempt(context, call, origin)
    if (error !== undefined) return context.emit('Utility.BatchInterrupted', at, context.runtime.dispatchError(error))
    context.emit('Utility.ItemCompleted')
  }
  context.emit('Utility.BatchCompleted')
}

/** All or nothing. */
export const batchAll: Handler = (context, args, origin) => {
  for (const call of callsOf(args)) {
    dispatchInner(context, call, origin)
    context.emit('Utility.ItemCompleted')
  }
  context.emit('Utility.BatchCompleted')
}

/** Goes on after failures. */
export const forceBatch: Handler = (context, args, origin) => {
  let failed = false
  for (const call of callsOf(args)) {
    const error = attempt(context, call, origin)
    failed ||= error !== undefined
    if (error === undefined) context.emit('Utility.ItemCompleted')
    else context.emit('Utility.ItemFailed', context.runtime.dispatchError(error))
  }
  context.emit(failed ? 'Utility.BatchCompletedWithErrors' : 'Utility.BatchCompleted')
}

function callsOf(args: Call['args']): readonly Call[] {
  const calls = args.calls('calls')
  ensure(calls.length <= MAX_CALLS, 'Utility.TooManyCalls')
  return calls
}

function dispatchInner(context: Context, call: Call, origin: Origin): void {
  ensure(!BATCHES.includes(call.name), 'System.CallFiltered')
  context.dispatch(call, origin)
}

function attempt(context: Context, call: Call, origin: Origin): string | undefined {
  try {
    dispatchInner(context, call, origin)
    return undefined
  } catch (error) {
    if (error instanceof DispatchFailure) return error.error
    throw error
  }
}
