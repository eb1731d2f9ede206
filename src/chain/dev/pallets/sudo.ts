/** Pallet `Sudo`: one account may do everything. */
import { DispatchFailure, ensure, type Handler, signerOf } from '../runtime/context.ts'

export const sudo: Handler = (context, args, origin) => {
  ensure(signerOf(origin) === context.state.account('Sudo.Key'), 'Sudo.RequireSudo')
  context.emit(
    'Sudo.Sudid',
    resultOf(context, () => context.dispatch(args.call('call'), 'root')),
  )
}

/** Its own failure is only an event: the extrinsic succeeds. */
function resultOf(context: Parameters<Handler>[0], run: () => void): unknown {
  try {
    run()
    return { Ok: null }
  } catch (error) {
    if (!(error instanceof DispatchFailure)) throw error
    return { Err: context.runtime.dispatchError(error.error) }
  }
}
