import { describe, expect, it } from 'vitest'
import { Batch } from '../../src/engine/batch.ts'
import { change } from '../../src/engine/change.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import type { Identity } from '../../src/repo/state-repo.ts'
import { defaultPathPolicy } from '../../src/rules/path-policy.ts'
import { signerLine } from '../../src/signing/allowed-signers-line.ts'
import { PrivateKey } from '../../src/signing/private-key.ts'
import { files } from '../../src/state/index.ts'
import { temporaryFolder } from '../repo/support.ts'

const keys = { engine: PrivateKey.fromSeed(Buffer.alloc(32, 1)), operator: PrivateKey.fromSeed(Buffer.alloc(32, 2)) }
const as = (name: string, signer?: PrivateKey): Identity => ({ name, email: name, ...(signer && { signer }) })
const START = new Date('2026-03-01T00:00:00Z')
const LINES = [signerLine('engine', keys.engine.publicKey), signerLine('operator', keys.operator.publicKey)]
const PERMISSIONS = files.pathPolicy.serialise(defaultPathPolicy('engine', 'operator'))

/** What a committer gets to hear when it commits a file in a competition with this policy. */
async function commit(
  by: Identity,
  paths: string[],
  signers: string | null = LINES.join('\n'),
  permissions: string | null = PERMISSIONS,
) {
  await using folder = await temporaryFolder()
  const begun = Object.entries({ 'policy/allowed_signers': signers, 'policy/paths.json': permissions })
  const repo = await BareRepo.create(`${folder.path}/state.git`, {
    branch: 'main',
    files: new Map([['README.md', ''], ...begun.filter((each): each is [string, string] => each[1] !== null)]),
    message: 'Begin',
    by: { ...by, at: START },
  })
  const head = await repo.head()
  const clock = new VirtualClock(START, { autoAdvance: true })
  const batch = new Batch({ repo, clock, by, run: 'test', engine: 'test', commitEveryMs: 0 }, head)
  const made = change('A change')
  for (const path of paths) made.files.set(path, '{}')
  batch.add(made)
  const error = await batch.flush({}).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  expect((await repo.head()) === head).toBe(error !== undefined)
  return error
}

describe('a committer', () => {
  it('commits what the policy allows it, and everything where there is none', async () => {
    expect(await commit(as('engine', keys.engine), ['state.json', 'rounds/0/x/duels_leader.json'])).toBeUndefined()
    expect(await commit(as('operator', keys.operator), ['state.json', 'config.json'])).toBeUndefined()
    expect(await commit(as('engine'), ['anything'], null, null)).toBeUndefined()
    expect(await commit(as('engine', keys.engine), ['anything'], LINES.join('\n'), null)).toBeUndefined()
  })

  it('never commits without a key where signatures are demanded', async () => {
    expect(await commit(as('engine'), ['state.json'])).toMatchObject({
      code: 'unauthorised',
      message: expect.stringContaining('no key to sign with'),
      where: 'policy/allowed_signers',
      hint: expect.stringContaining('ROUNDKEEPER_SIGNING_KEY'),
    })
  })

  it.each([
    [LINES[1] ?? '', 'is not on the list'],
    [`engine valid-before="20260101",${(LINES[0] ?? '').slice('engine '.length)}`, 'not valid any more'],
    [`engine valid-after="20270101",${(LINES[0] ?? '').slice('engine '.length)}`, 'not valid yet'],
    [(LINES[0] ?? '').replace('"git"', '"file"'), 'not for commits'],
  ])('never commits with a key that does not count (%#)', async (list, words) => {
    expect(await commit(as('engine', keys.engine), ['state.json'], list)).toMatchObject({
      code: 'unauthorised',
      message: expect.stringContaining(words),
    })
  })

  it('never commits what is somebody else’s', async () => {
    expect(await commit(as('engine', keys.engine), ['state.json', 'config.json', 'policy/paths.json'])).toMatchObject({
      code: 'unauthorised',
      message: 'engine may not write config.json, policy/paths.json',
      where: 'policy/paths.json',
    })
    expect(await commit(as('operator', keys.operator), ['rounds/0/seed.json'])).toMatchObject({ code: 'unauthorised' })
  })

  it('may do what an act says that it may record', async () => {
    const act = ['interventions/0001.json', 'rounds/0/seed.json']
    expect(await commit(as('operator', keys.operator), act)).toBeUndefined()
    expect(await commit(as('engine', keys.engine), act)).toMatchObject({ code: 'unauthorised' })
  })

  it('stops where the policy cannot be read', async () => {
    expect(await commit(as('engine', keys.engine), ['state.json'], LINES.join('\n'), '{')).toMatchObject({
      code: 'state-file',
    })
  })
})
