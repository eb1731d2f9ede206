/** A competition to be founded: planned whole, every outside thing asked, before anything is made. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Clock } from '../engine/clock.ts'
import { type Founded, foundCompetition } from '../engine/found.ts'
import { configProblems } from '../engine/founding-problems.ts'
import { POOL_DIGEST_PATH, poolDigest, poolDigestFile } from '../engine/pool-digest.ts'
import { type ThroneOutlook, throneOutlook } from '../engine/throne-outlook.ts'
import { RoundkeeperError } from '../errors.ts'
import { foundingProblemsOf } from '../formats/index.ts'
import { BareRepo } from '../repo/bare-repo.ts'
import { isGithubAddress } from '../repo/github/address.ts'
import { type Holders, holdersOf, identitiesOf, settingsOf, writeHolderKeys } from '../signing/holders.ts'
import { PrivateKey } from '../signing/private-key.ts'
import { type Config, files, type Leaders, type Schedule } from '../state/index.ts'
import type { AnyStateFile } from '../state/state-file.ts'
import { type FoundingChain, foundingChain, withPace } from './init-chain.ts'
import { makeFolder } from './init-folder.ts'
import { configWith, judgeFrom, notificationsFrom, podsFrom } from './init-plan.ts'
import { readPool } from './init-pool.ts'
import { refuseProblems } from './init-problems.ts'
import { type Answers, operatorIn } from './init-questions.ts'
import { foundingStore } from './init-store.ts'
import { templateFiles } from './init-template.ts'
import { OPERATOR_FILE, type OperatorSettings, readSettings } from './operator-settings.ts'

export interface Wanted {
  readonly dir: string
  readonly template: string
  readonly answers: Answers
  readonly config: Config
  /** The file that it is from, where it is one's own. */
  readonly configFile?: string | undefined
  readonly leaderFile?: string | undefined
  readonly sign: boolean
}

export interface Planned extends Wanted {
  readonly chain: FoundingChain
  readonly founding: Founded
  readonly settings: Partial<OperatorSettings>
  readonly signers: Holders | undefined
  readonly schedule: Schedule
  readonly startsAt: string | null
  readonly pool: { readonly count: number; readonly sha256: string }
  readonly outlook: ThroneOutlook
  readonly warnings: readonly string[]
}

const REPO = 'state.git'
const UNSIGNED = { name: 'Roundkeeper', email: 'roundkeeper@localhost' }

/** Asks the chain and the store; makes nothing. @throws `usage` naming all that cannot be */
export async function planCompetition(wanted: Wanted, clock: Clock): Promise<Planned> {
  const { dir, answers, configFile, leaderFile, sign } = wanted
  const named = configWith(wanted.config, answers)
  const pool = await readPool(answers.prompts ?? '')
  const leaders: Leaders = leaderFile === undefined ? [] : await readState(files.leader, leaderFile)
  refuseProblems(
    [...configProblems(named), ...foundingProblemsOf(named, pool), ...personProblems(answers, named)],
    wanted,
  )
  refuseSigning(wanted)
  const chain = await foundingChain(named, answers.chain ?? 'clock', clock)
  const store = await foundingStore(dir, named.name, answers, clock)
  const { config, warnings } = withPace(named, chain.blockSeconds, configFile)
  const operator = operatorIn(answers.operator ?? '')
  const signers = sign ? holdersOf(named.name, () => PrivateKey.generate(), operator) : undefined
  const founding = foundCompetition({ config, pool, leaders, head: chain.head, signers })
  const [judge, pods, notifications] = [judgeFrom(answers), podsFrom(answers), notificationsFrom(answers)]
  const settings = {
    repo: answers.repo ?? REPO,
    branch: 'main',
    chain: chain.settings,
    store: store.settings,
    images: 'images',
    ...(judge && { judge }),
    ...(pods && { pods }),
    ...(notifications && { notifications }),
    ...(signers === undefined ? { author: UNSIGNED, ...(operator && { operator }) } : settingsOf(signers)),
  } as Partial<OperatorSettings>
  const schedulePath = files.schedule.path(0)
  const text = founding.files.get(files.pool.path()) ?? ''
  return {
    ...wanted,
    ...{ config, chain, founding, settings, signers, outlook: throneOutlook(config) },
    schedule: files.schedule.parse(founding.files.get(schedulePath) ?? '', schedulePath),
    startsAt: files.state.parse(founding.files.get('state.json') ?? '', 'state.json').next_stage_eta,
    pool: { count: pool.length, sha256: poolDigest(text) },
    warnings: [...warnings, ...store.warnings],
  }
}

/** Writes it: whole, or not at all. */
export async function makeCompetition(planned: Planned, clock: Clock): Promise<void> {
  const { dir, template, chain, founding, settings, signers } = planned
  const texts = new Map([...(await templateFiles(template)), ...founding.files])
  texts.set(POOL_DIGEST_PATH, poolDigestFile(texts.get(files.pool.path()) ?? ''))
  await makeFolder(dir, async (staging) => {
    await chain.create(staging)
    if (signers !== undefined) await writeHolderKeys(staging, signers)
    const founder = signers === undefined ? UNSIGNED : identitiesOf(signers).operator
    await BareRepo.create(join(staging, localRepo(planned)), {
      branch: 'main',
      files: texts,
      message: founding.messages.join('\n'),
      by: { ...founder, at: clock.now() },
    })
    const { folder } = settings.store ?? {}
    if (folder !== undefined) await mkdir(resolve(staging, folder), { recursive: true })
    await mkdir(join(staging, 'images'))
    await writeFile(join(staging, OPERATOR_FILE), `${JSON.stringify(settings, null, 2)}\n`)
    // Whatever reads it later must not be the first to find a fault in it.
    await readSettings(staging)
  })
}

/** The folder with the repository, which is pushed from there where the competition is kept elsewhere. */
export const localRepo = ({ settings }: Pick<Planned, 'settings'>): string => {
  const { repo = REPO } = settings
  return isElsewhere(repo) ? REPO : repo
}

export const isElsewhere = (repo: string) => /^https?:\/\//.test(repo) || isGithubAddress(repo)

/** @throws RoundkeeperError `usage`, `state-file` */
export async function readState<F extends AnyStateFile>(file: F, path: string): Promise<ReturnType<F['parse']>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RoundkeeperError('usage', `${path} cannot be read`, {
      where: path,
      hint: 'Name a file that is there.',
      cause,
    })
  })
  return file.parse(text, path)
}

function refuseSigning({ answers: { repo = REPO }, sign }: Wanted): void {
  if (!sign || !isGithubAddress(repo)) return
  throw new RoundkeeperError('usage', 'through GitHub’s API nobody can sign with a key of their own', {
    where: '--repo',
    hint: 'Leave --sign out; or, to sign, give the https URL of the repository, which speaks git.',
  })
}

/** Two people with one address would have each other’s rights. */
function personProblems({ operator }: Answers, { name }: Config) {
  if (operator === undefined || operatorIn(operator)?.email !== `engine@${name}`) return []
  const expected = 'another address than the engine’s'
  return [{ field: '--operator', found: operator, expected, remedy: 'Give your own address.' }]
}
