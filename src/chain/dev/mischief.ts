/**
 * How a dev chain misbehaves when it is told to. Everything is counted and nothing is left to chance, so that the same calls meet
 * the same mischief. What happens to blocks (reorganisations, stalls) is in DevControls.
 */
import { z } from 'zod'

/** Which calls it meets: of one method, by any of its names, or of all but `dev_…`. */
const calls = {
  method: z.string().optional(),
  /** So many calls go well first. */
  after: z.int().nonnegative().default(0),
  /** And so many do not; then it is over. Without it, only `stop` ends it. */
  times: z.int().positive().optional(),
}

export const prankSchema = z.discriminatedUnion('kind', [
  /** Answers come late, by the endpoint's clock. */
  z.strictObject({ kind: z.literal('slow'), ms: z.number().positive().max(3_600_000), ...calls }),
  /** No answer comes, ever; nothing is done. */
  z.strictObject({ kind: z.literal('silent'), ...calls }),
  /** Nothing is done. */
  z.strictObject({
    kind: z.literal('error'),
    code: z.int().default(-32603),
    message: z.string().default('Internal error'),
    data: z.string().optional(),
    ...calls,
  }),
  /** The client loses its connection when it asks: before anything is done, or afterwards, when only the answer is missing. */
  z.strictObject({ kind: z.literal('disconnect'), when: z.enum(['before', 'after']).default('before'), ...calls }),
  /** The next nonce of every account is told wrong. Accounts in storage are not. */
  z.strictObject({ kind: z.literal('nonce'), by: z.int(), after: calls.after, times: calls.times }),
])

export type Prank = z.output<typeof prankSchema>
/** As it is asked for. */
export type PrankRequest = z.input<typeof prankSchema>

interface Playing {
  readonly id: number
  readonly prank: Prank
  met: number
}

const NONCE_METHODS = new Set(['system_accountNextIndex', 'AccountNonceApi_account_nonce'])

export class Mischief {
  readonly #playing: Playing[] = []
  #lastId = 0

  /** @returns what `stop` knows it by @throws ZodError */
  play(request: PrankRequest): number {
    const id = ++this.#lastId
    this.#playing.push({ id, prank: prankSchema.parse(request), met: 0 })
    return id
  }

  /** Ends one prank, or all of them. */
  stop(id?: number): void {
    for (let at = this.#playing.length - 1; at >= 0; at--) {
      if (id === undefined || this.#playing[at]!.id === id) this.#playing.splice(at, 1)
    }
  }

  /** @param names all that the call goes by; of `state_call`, the runtime's method too @returns what happens to it */
  meet(names: readonly string[]): Prank | undefined {
    if (names.some((name) => name.startsWith('dev_'))) return undefined
    for (const playing of this.#playing) {
      const { prank } = playing
      if (!meets(prank, names)) continue
      playing.met++
      if (playing.met <= prank.after) continue
      if (playing.met - prank.after === prank.times) this.stop(playing.id)
      return prank
    }
    return undefined
  }
}

function meets(prank: Prank, names: readonly string[]): boolean {
  if (prank.kind === 'nonce') return names.some((name) => NONCE_METHODS.has(name))
  return prank.method === undefined || names.includes(prank.method)
}

/** @param answer a number, or a SCALE u32 */
export function shiftNonce(answer: unknown, by: number): unknown {
  const shifted = (nonce: number) => Math.max(0, nonce + by)
  if (typeof answer === 'number') return shifted(answer)
  const bytes = Buffer.from(String(answer).slice(2), 'hex')
  bytes.writeUInt32LE(shifted(bytes.readUInt32LE()))
  return `0x${bytes.toString('hex')}`
}
