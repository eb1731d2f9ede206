/** The keys: there, closed to others, on the list of those who may sign, and allowed to write what they will have to. */
import { checkPermitted } from '../../engine/permitted.ts'
import { SIGNERS_PATH } from '../../engine/policy.ts'
import type { Identity } from '../../repo/state-repo.ts'
import { AllowedSigners } from '../../signing/allowed-signers.ts'
import { fingerprintOf } from '../../signing/public-key.ts'
import { files } from '../../state/index.ts'
import { type Check, type Finding, fail, ok, skipped, together, warn } from '../check.ts'
import type { Setup } from '../setup.ts'

const SOON_SECONDS = 14 * 86_400

export const engineKeyCheck: Check<Setup> = {
  id: 'engine-key',
  title: 'Key of the engine',
  async run(setup) {
    const round = (await (await setup.snapshot()).read(files.state)).current_round
    const paths = ['state.json', 'leader.json', files.seed.path(round), files.schedule.path(round + 1)]
    return keyFinding(setup, await setup.keys.engine(), paths)
  },
}

export const operatorKeyCheck: Check<Setup> = {
  id: 'operator-key',
  title: 'Key of the person in charge',
  async run(setup) {
    if (!(await setup.keys.operatorIsHere()))
      return skipped('it is not on this machine, which is as it should be where the engine runs')
    const paths = ['config.json', 'prompts.txt', 'policy/paths.json', files.intervention.path(1)]
    return keyFinding(setup, await setup.keys.operator(), paths)
  },
}

async function keyFinding(setup: Setup, by: Identity, paths: readonly string[]): Promise<Finding> {
  const [repo, snapshot] = [await setup.repo(), await setup.snapshot()]
  const listed = await snapshot.text(SIGNERS_PATH)
  const { signer } = by
  if (listed === undefined) {
    if (signer !== undefined)
      return warn(
        `there is a key, but no ${SIGNERS_PATH}: nobody can check what it signs`,
        `Commit ${SIGNERS_PATH} with the line that \`roundkeeper keygen\` prints.`,
      )
    if (setup.place.kind === 'github') return ok('GitHub signs what comes by its API; nobody else does')
    return warn(
      'commits are not signed: nobody can tell who made which',
      'Make keys with `roundkeeper keygen`, and list them in policy/allowed_signers.',
    )
  }
  const now = setup.clock.now()
  await checkPermitted(repo, snapshot.head, { ...by, at: now }, paths)
  if (signer === undefined) return ok('none is needed')
  const told = ok(`${fingerprintOf(signer.publicKey)} signs for ${by.email}, and may write what it has to`)
  const signers = new AllowedSigners(listed)
  const standing = signers.standingOf(signer.publicKey, Math.floor(now.getTime() / 1000))
  const isOwn = standing.kind === 'trusted' && standing.signer.is(by.email)
  const other = fail(
    `the key ${fingerprintOf(signer.publicKey)} does not sign for ${by.email}`,
    'Set the address in roundkeeper.json (author.email, operator.email) to the principal of the key in policy/allowed_signers.',
  )
  const ends = signers.signers.find(({ key }) => key.blob === signer.publicKey.blob)?.validBefore
  const isEnding = ends !== undefined && ends - now.getTime() / 1000 < SOON_SECONDS
  const ending = warn(
    'it is valid for less than two weeks',
    'Make another key in time: `roundkeeper keygen`, and a line in policy/allowed_signers.',
  )
  return together([told, ...(isOwn ? [] : [other]), ...(isEnding ? [ending] : [])])
}
