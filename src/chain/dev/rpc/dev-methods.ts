/** `dev_…`: what only a dev chain offers. No mischief ever meets these, so that it can be ended. */
import { z } from 'zod'
import type { DevControls } from '../dev-controls.ts'
import { type Mischief, prankSchema } from '../mischief.ts'
import { invalidParams } from './errors.ts'
import type { Method } from './method.ts'

const MOST_BLOCKS = 10_000

/** What happens to clients, besides mischief. */
export interface Connections {
  /** Every client but this one loses its connection. @returns how many */
  disconnectAllBut(caller: object): number
  /** Ends subscriptions without a word to their clients: those of a kind, by the method that their notifications name, or all. @returns how many */
  dropSubscriptions(notification?: string): number
}

export function devMethods(controls: DevControls, mischief: Mischief, connections: Connections): Method[] {
  const done = (work: () => void) => {
    work()
    return null
  }
  return [
    {
      names: ['dev_produceBlock', 'dev_produceBlocks'],
      run: (params) => {
        const count = params.count(0, 1)
        if (count < 1 || count > MOST_BLOCKS) throw invalidParams(`parameter 0: expected 1 to ${MOST_BLOCKS}`)
        return controls.produceBlocks(count).hash
      },
    },
    { names: ['dev_setTime'], run: (params) => done(() => controls.setTime(params.count(0))) },
    { names: ['dev_reorg'], run: (params) => controls.reorg(params.count(0, 1), params.flag(1, false)).hash },
    { names: ['dev_stall'], run: (params) => done(() => controls.stall(params.flag(0, true))) },
    { names: ['dev_endow'], run: (params) => done(() => controls.endow(params.text(0), params.amount(1))) },
    {
      names: ['dev_register'],
      run: (params) =>
        done(() => controls.register(params.count(0), params.text(1), params.isAbsent(2) ? undefined : params.text(2))),
    },
    {
      names: ['dev_setStorage'],
      run: (params) => done(() => controls.setStorage(params.hex(0), params.isAbsent(1) ? undefined : params.hex(1))),
    },
    {
      names: ['dev_mischief'],
      run: (params) => {
        const prank = prankSchema.safeParse(params.raw(0))
        if (!prank.success) throw invalidParams(`parameter 0: ${z.prettifyError(prank.error)}`)
        return mischief.play(prank.data)
      },
    },
    {
      names: ['dev_behave'],
      run: (params) => done(() => mischief.stop(params.isAbsent(0) ? undefined : params.count(0))),
    },
    { names: ['dev_disconnect'], run: (_params, caller) => connections.disconnectAllBut(caller) },
    {
      names: ['dev_dropSubscriptions'],
      run: (params) => connections.dropSubscriptions(params.isAbsent(0) ? undefined : params.text(0)),
    },
  ]
}
