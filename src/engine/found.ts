import { RoundkeeperError } from '../errors.ts'
import { defaultPathPolicy } from '../rules/path-policy.ts'
import { formatEta, nextSchedule } from '../rules/schedule.ts'
import { signerLine } from '../signing/allowed-signers-line.ts'
import type { PublicKey } from '../signing/public-key.ts'
import { type Config, files, type Leaders } from '../state/index.ts'
import { type Change, type ChangeBuilder, change } from './change.ts'

export interface Founding {
  readonly config: Config
  /** What rounds draw from; a format without a pool leaves it empty. */
  readonly pool: readonly string[]
  /** The reigning champion at the start, if there is one. */
  readonly leaders: Leaders
  readonly head: { readonly number: number; readonly time: Date }
  /** Who signs; nobody has to when absent. */
  readonly signers?: Readonly<Record<'engine' | 'operator', FoundingSigner>> | undefined
}

export interface FoundingSigner {
  /** Also the address that its commits carry. */
  readonly principal: string
  readonly publicKey: PublicKey
}

/** All of its files are text. */
export type Founded = Omit<Change, 'files'> & { readonly files: ReadonlyMap<string, string> }

/** The first files of a competition: round 0 is open until the first start that the configuration allows. */
export function foundCompetition({ config, pool, leaders, head, signers }: Founding): Founded {
  const first = nextSchedule({ config, previous: undefined, head })
  if (first.kind === 'finished') {
    throw new RoundkeeperError('usage', `no round can start: ${first.reason}`, {
      where: 'config.json: last_competition_date',
      hint: 'Set last_competition_date to the last day on which a round may start.',
    })
  }
  const result = change(`Open ${config.name}`)
    .put(files.config, [], config)
    .put(files.leader, [], leaders)
    .put(files.schedule, [0], {
      ...first.schedule,
      decided_at_block: head.number,
      decided_at: head.time.toISOString(),
    })
    .put(files.state, [], { current_round: 0, stage: 'open', next_stage_eta: formatEta(first.startsAt) })
  if (signers !== undefined) putPolicy(result, signers)
  return (pool.length === 0 ? result : result.put(files.pool, [], [...pool])) as ChangeBuilder & Founded
}

function putPolicy(result: ChangeBuilder, { engine, operator }: NonNullable<Founding['signers']>): void {
  const lines = [engine, operator].map(({ principal, publicKey }) => signerLine(principal, publicKey))
  result
    .put(files.allowedSigners, [], [...ABOUT_SIGNERS, ...lines])
    .put(files.pathPolicy, [], defaultPathPolicy(engine.principal, operator.principal))
}

const ABOUT_SIGNERS = [
  '# Whose signatures count: every commit has to be signed with one of these keys. To check the newest:',
  '# git -c gpg.ssh.allowedSignersFile=policy/allowed_signers verify-commit HEAD',
]
