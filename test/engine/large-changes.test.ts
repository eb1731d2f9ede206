import { describe, expect, it } from 'vitest'
import { Batch } from '../../src/engine/batch.ts'
import type { Change } from '../../src/engine/change.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { parseMessage } from '../../src/repo/message.ts'
import type { StateRepo } from '../../src/repo/state-repo.ts'
import { evidenceOf } from '../../src/rules/evidence.ts'
import { by, gitIsMissing, temporaryFolder } from '../repo/support.ts'
import { limitedRepo } from '../support/limited-repo.ts'

const digest = (digit: string) => digit.repeat(64)
const decided = (name: string, files: Record<string, string>): Change => ({
  files: new Map(Object.entries(files)),
  messages: [name],
})

/** Three decisions, the last of which moves the stage. */
const changes = [
  decided('one', { 'rounds/0/a.json': digest('a'), 'matrix.csv': '1' }),
  decided('two', { 'rounds/0/b.json': digest('b'), 'matrix.csv': '1,2' }),
  decided('move', { 'state.json': 'duels' }),
]

async function commits(maxChangeBytes: number | undefined, failAt = Number.POSITIVE_INFINITY) {
  await using folder = await temporaryFolder()
  const files = new Map([['state.json', 'open']])
  const bare = await BareRepo.create(`${folder.path}/state.git`, { branch: 'main', files, message: 'Begin', by })
  let count = 0
  const repo: StateRepo = {
    ...limitedRepo(bare, maxChangeBytes),
    commit: async (base, change, who) => {
      count += 1
      if (count === failAt) throw new RoundkeeperError('conflict', 'the branch moved')
      return bare.commit(base, change, who)
    },
  }
  const root = await bare.head()
  const clock = new VirtualClock(by.at)
  const batch = new Batch({ repo, clock, by, run: '1', engine: 'roundkeeper/1', commitEveryMs: 60_000 }, root)
  for (const change of changes) batch.add(change)
  const failed = await batch.flush({ Owner: 'judge' }).catch((error: unknown) => error)
  const made = []
  for (const oid of batch.commits) {
    const { value } = await bare.log(oid)[Symbol.asyncIterator]().next()
    const { text, trailers } = parseMessage(value.message)
    made.push({ text, evidence: trailers.Evidence, paths: await bare.changes(value.parents[0], oid) })
  }
  return { made, failed }
}

const evidence = (change: Change | undefined) => evidenceOf(change?.files ?? new Map(), async () => undefined)

describe.skipIf(await gitIsMissing())('changes of which a host takes only so much at once', () => {
  it('become one commit where there is no limit', async () => {
    const { made } = await commits(undefined)
    expect(made.map(({ text }) => text)).toEqual(['move\none\ntwo'])
  })

  it('are cut between decisions, in their order, each with its own evidence', async () => {
    const { made } = await commits(80)
    expect(made).toEqual([
      { text: 'one', evidence: await evidence(changes[0]), paths: ['matrix.csv', 'rounds/0/a.json'] },
      {
        text: 'move\ntwo',
        evidence: await evidence(changes[1]),
        paths: ['matrix.csv', 'rounds/0/b.json', 'state.json'],
      },
    ])
  })

  it('never tear apart what was decided together, and leave what a shorter run would have left', async () => {
    const { made, failed } = await commits(1, 3)
    expect(made.map(({ text }) => text)).toEqual(['one', 'two'])
    expect(failed).toMatchObject({ code: 'conflict' })
  })
})
