/** The calls that we make, signed one after the other for every account, so that their nonces follow each other. */
import { isError, RoundkeeperError } from '../../errors.ts'
import type { Weights } from '../../rules/weights.ts'
import type { Keypair } from '../../wallet/keypair.ts'
import { type Data, encodeInfo } from '../commitment-data.ts'
import type { Receipt, TimelockedWeights, Transactions } from '../transactions.ts'
import { mustBeAddress } from './address.ts'
import type { Connection } from './connection.ts'
import { RpcFault } from './link.ts'
import { isOutdated } from './pool-errors.ts'
import type { Session } from './session.ts'
import { signExtrinsic } from './signed-extrinsic.ts'
import { Submission } from './submission.ts'

/** As long as this many calls that only read. */
const PATIENCE = 6
/** When somebody else uses the nonce first, another one is taken. */
const ATTEMPTS = 3

/** Pallet and call as the library names them, and the arguments. */
type Call = readonly [pallet: string, method: string, ...args: unknown[]]

export class Transactor implements Transactions {
  readonly #connection: Connection
  readonly #timeoutMs: number
  /** By address: what the next submission of the account waits for. */
  readonly #last = new Map<string, Promise<unknown>>()

  constructor(connection: Connection, timeoutMs: number) {
    this.#connection = connection
    this.#timeoutMs = timeoutMs
  }

  async setCommitment(hotkey: Keypair, netuid: number, fields: readonly Data[]): Promise<Receipt> {
    return this.#submit(hotkey, ['commitments', 'setCommitment', netuid, encodeInfo(fields)])
  }

  async setWeights(hotkey: Keypair, netuid: number, { uids, values }: Weights, versionKey: bigint): Promise<Receipt> {
    return this.#submit(hotkey, ['subtensorModule', 'setWeights', netuid, [...uids], [...values], versionKey])
  }

  async commitTimelockedWeights(hotkey: Keypair, netuid: number, commit: TimelockedWeights): Promise<Receipt> {
    const { encrypted, revealRound, version } = commit
    const bytes = `0x${Buffer.from(encrypted).toString('hex')}`
    return this.#submit(hotkey, ['subtensorModule', 'commitTimelockedWeights', netuid, bytes, revealRound, version])
  }

  async burnedRegister(coldkey: Keypair, netuid: number, hotkey: string, limit?: bigint): Promise<Receipt> {
    mustBeAddress(hotkey)
    return limit === undefined
      ? this.#submit(coldkey, ['subtensorModule', 'burnedRegister', netuid, hotkey])
      : this.#submit(coldkey, ['subtensorModule', 'registerLimit', netuid, hotkey, limit])
  }

  #submit(key: Keypair, call: Call): Promise<Receipt> {
    const before = this.#last.get(key.address) ?? Promise.resolve()
    const receipt = before.then(() => this.#signAndSend(key, call))
    const settled = receipt
      .catch(() => undefined)
      .then(() => {
        if (this.#last.get(key.address) === settled) this.#last.delete(key.address)
      })
    this.#last.set(key.address, settled)
    return receipt
  }

  async #signAndSend(key: Keypair, call: Call): Promise<Receipt> {
    const until = performance.now() + PATIENCE * this.#timeoutMs
    const what = `${call[0]}.${call[1]}`
    for (let attempt = 1; ; attempt++) {
      const sign = async (session: Session) => signExtrinsic(session, key, await callOf(session, call))
      const extrinsic = await this.#connection.ask(sign)
      const options = { connection: this.#connection, extrinsic, what, until, timeoutMs: this.#timeoutMs }
      try {
        return await new Submission(options).untilFinal()
      } catch (error) {
        const isTaken = isError(error, 'refused') && error.cause instanceof RpcFault && isOutdated(error.cause)
        if (!isTaken || attempt === ATTEMPTS) throw error
      }
    }
  }
}

/** @throws `refused` for a runtime without this call, or with other arguments */
async function callOf(session: Session, [pallet, method, ...args]: Call) {
  const { link, specVersion } = session
  const build = (await session.runtime()).tx[pallet]?.[method]
  const problem = (text: string, cause?: unknown) =>
    new RoundkeeperError('refused', `runtime ${specVersion} ${text}`, {
      where: `${pallet}.${method} at ${link.endpoint}`,
      hint: 'Nothing was signed or sent. Update Roundkeeper to a version that knows this runtime.',
      cause,
    })
  if (build === undefined) throw problem('has no such call')
  try {
    return build(...args)
  } catch (cause) {
    throw problem(`does not take these arguments: ${(cause as Error).message}`, cause)
  }
}
