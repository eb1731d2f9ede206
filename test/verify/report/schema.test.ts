import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { openHistory } from '../../../src/repo/open-history.ts'
import { reportSchemaDocument } from '../../../src/verify/report/json-schema.ts'
import { reportOf } from '../../../src/verify/report/report.ts'
import { type Report, reportSchema } from '../../../src/verify/report/schema.ts'
import { verify } from '../../../src/verify/verify.ts'
import { competition, everyRound, miner } from '../../support/competition.ts'

const bundle = fileURLToPath(new URL('../../../../shared/data/mesh-rounds-0-1.bundle', import.meta.url))
const published = z.fromJSONSchema(JSON.parse(reportSchemaDocument()))

it('docs/schemas/verify-report.schema.json is up to date', async () => {
  await expect(reportSchemaDocument()).toMatchFileSnapshot('../../../docs/schemas/verify-report.schema.json')
})

async function reportedOn(source: string): Promise<Report> {
  await using history = await openHistory(source)
  return await reportOf(await verify(history), { engine: 'roundkeeper/test', seconds: 2 })
}

/** By the published schema and by ours, which does not know any field more than the report has. */
function expectValid(report: Report): void {
  const printed = JSON.parse(JSON.stringify(report)) as unknown
  expect(published.safeParse(printed).error).toBeUndefined()
  expect(reportSchema.parse(printed)).toEqual(printed)
}

it('the report on a competition that was played is as published', async () => {
  const good = miner('good', 3)
  await using game = await competition({ leader: miner('base', 1), miners: [good], before: everyRound(good) })
  await game.play()
  const report = await reportedOn(join(game.dir, 'state.git'))
  expectValid(report)
  expect(report).toMatchObject({ version: 1, competition: 'tiny', rules: 'v1', verdict: 'clean', since: null })
  const hotkeys = report.rounds.map(({ winner }) => winner?.hotkey)
  expect(hotkeys).toEqual([good.hotkey, 'leader', 'leader'])
  expect(report.rounds.map(({ stage }) => stage)).toEqual(['decided', 'decided', 'decided'])
  const { proved, consistent, broken } = report.decisions
  const inRounds = report.rounds.flatMap(({ decisions }) => decisions)
  expect(inRounds).toHaveLength(proved + consistent + broken)
  expect(report.unproved).toHaveLength(consistent + broken)
})

it.skipIf(!existsSync(bundle))('the report on a real competition is as published', async () => {
  const report = await reportedOn(bundle)
  expectValid(report)
  expect(report).toMatchObject({ rules: 'legacy', commits: 286 })
  expect(report.rounds.length).toBeGreaterThanOrEqual(2)
})
