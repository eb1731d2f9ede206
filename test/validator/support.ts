import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock, type VirtualClockOptions } from '../../src/engine/virtual-clock.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { type Config, files, type Leaders } from '../../src/state/index.ts'
import { WeightsRecord } from '../../src/validator/weights-record.ts'
import { type TurnOptions, weightsTurn } from '../../src/validator/weights-turn.ts'
import { Sr25519Keypair } from '../../src/wallet/sr25519-keypair.ts'
import { BY, START, testConfig } from '../support/competition.ts'
import { FakeSubnet } from '../support/fake-subnet.ts'

const keyOf = (byte: number) => Sr25519Keypair.fromSeed(new Uint8Array(32).fill(byte))!
export const [validator, leader, challenger, owner] = [keyOf(1), keyOf(2), keyOf(3), keyOf(4)]

/** A repository that holds nothing but a crown. */
export class Crown implements AsyncDisposable {
  readonly dir: string
  readonly repo: BareRepo

  private constructor(dir: string, repo: BareRepo) {
    this.dir = dir
    this.repo = repo
  }

  static async make(leaders: Leaders, config: Partial<Config> = {}): Promise<Crown> {
    const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-crown-'))
    const contents = new Map([
      [files.config.path(), files.config.serialise(testConfig({ netuid: 17, ...config }))],
      [files.leader.path(), files.leader.serialise(leaders)],
    ])
    const by = { ...BY, at: START }
    const options = { branch: 'main', files: contents, message: 'Open tiny', by }
    return new Crown(dir, await BareRepo.create(join(dir, 'state.git'), options))
  }

  async write(leaders: Leaders): Promise<string> {
    const change = new Map([[files.leader.path(), files.leader.serialise(leaders)]])
    const by = { ...BY, at: START }
    return this.repo.commit(await this.repo.head(), { files: change, message: 'Crown', trailers: {} }, by)
  }

  [Symbol.asyncDispose] = () => rm(this.dir, { recursive: true, force: true })
}

export const entry = (who: { address: string }, effective_block = 0, weight = 0.8): Leaders[number] => ({
  hotkey: who.address,
  weight,
  effective_block,
})

export interface Scene extends AsyncDisposable {
  readonly crown: Crown
  readonly clock: VirtualClock
  readonly subnet: FakeSubnet
  readonly record: WeightsRecord
  turn(changes?: Partial<TurnOptions>): ReturnType<typeof weightsTurn>
}

/** uids: owner 0, leader 1, challenger 2, validator 3. The block is 10,000: 280 blocks into an epoch, 80 before the next. */
export async function scene(
  leaders: Leaders = [entry(leader)],
  config: Partial<Config> = {},
  options: VirtualClockOptions = {},
): Promise<Scene> {
  const crown = await Crown.make(leaders, config)
  const clock = new VirtualClock(START, options)
  const subnet = new FakeSubnet(clock)
  for (const key of [owner, leader, challenger, validator]) subnet.register(key.address)
  subnet.ownerHotkey = owner.address
  const record = new WeightsRecord(join(crown.dir, 'state', 'weights.json'))
  const turnOptions: TurnOptions = { repo: crown.repo, chain: subnet, hotkey: validator, recordOf: () => record }
  return {
    crown,
    clock,
    subnet,
    record,
    turn: (changes = {}) => weightsTurn({ ...turnOptions, ...changes }),
    [Symbol.asyncDispose]: () => crown[Symbol.asyncDispose](),
  }
}
