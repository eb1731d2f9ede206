import { describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../src/errors.ts'
import type { StateRepo } from '../../src/repo/state-repo.ts'
import { competition } from '../support/competition.ts'

describe('a tick whose commit fails', () => {
  it('ends there, also when the stage would have moved on', async () => {
    await using game = await competition()
    game.clock.advance(26 * 3_600_000)
    const { repo } = game
    const full: StateRepo = {
      id: repo.id,
      head: () => repo.head(),
      read: (head, path) => repo.read(head, path),
      list: (head, folder) => repo.list(head, folder),
      changes: (base, head) => repo.changes(base, head),
      log: (head) => repo.log(head),
      commit: async () => {
        throw new RoundkeeperError('unavailable', 'the disk is full')
      },
    }
    const head = await repo.head()
    expect(await game.tick({ repo: full })).toMatchObject({
      status: 'failed',
      errors: [{ code: 'unavailable' }],
      commits: [],
    })
    expect(await repo.head()).toBe(head)
    expect(await game.tick()).toMatchObject({ errors: [] })
    expect(await repo.head()).not.toBe(head)
  })
})
