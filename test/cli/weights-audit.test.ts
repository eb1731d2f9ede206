import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { auditOf } from '../../src/cli/weights-audit.ts'
import type { SettingOptions } from '../../src/cli/weights-options.ts'
import { files } from '../../src/state/index.ts'
import { competition, hotkeyOf, type TestCompetition } from '../support/competition.ts'

const never = new AbortController().signal

function auditsOf({ dir, repo }: TestCompetition) {
  const checkpoint = join(dir, 'state', 'verified.json')
  const options = { repo: repo.id, verify: true } as SettingOptions
  return { checkpoint, fresh: () => auditOf(options, checkpoint, never) }
}

async function crownByHand({ repo, identities, clock }: TestCompetition): Promise<string> {
  const leaders = [{ hotkey: hotkeyOf('mallory'), weight: 1, effective_block: 0 }]
  const change = new Map([[files.leader.path(), files.leader.serialise(leaders)]])
  const by = { ...identities.operator, at: clock.now() }
  return repo.commit(await repo.head(), { files: change, message: 'Fix a typo', trailers: {} }, by)
}

describe('the audit before weights are set', () => {
  it('remembers in a file how far it came, and looks at a head once', async () => {
    await using world = await competition({ signed: true })
    const head = await world.repo.head()
    const { checkpoint, fresh } = auditsOf(world)
    const audit = fresh()
    expect(await audit(head)).toEqual({ head, errors: 0, first: null })
    expect(JSON.parse(await readFile(checkpoint, 'utf8'))).toMatchObject({ checkpoint: { head } })
    expect(await audit(head)).toBe(await audit(head))

    await writeFile(checkpoint, 'half a')
    expect(await fresh()(head)).toMatchObject({ head, errors: 0 })
    await world.tick()
    const next = await world.repo.head()
    expect(await audit(next)).toMatchObject({ head: next, errors: 0 })
    expect(JSON.parse(await readFile(checkpoint, 'utf8'))).toMatchObject({ checkpoint: { head: next } })
  })

  it('finds what somebody did to the crown, and does not forget it', async () => {
    await using world = await competition({ signed: true })
    const { fresh } = auditsOf(world)
    await fresh()(await world.repo.head())
    const head = await crownByHand(world)
    const found = await fresh()(head)
    expect(found).toMatchObject({
      head,
      first: expect.stringMatching(new RegExp(`\\(.+/.+, commit ${head.slice(0, 10)}\\)$`)),
    })
    expect(found.errors).toBeGreaterThan(0)
    expect(await fresh()(head)).toEqual(found)
  })
})
