import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../src/errors.ts'
import type { Ending } from '../../src/operate/job.ts'
import { RunBook } from '../../src/operate/run-book.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-runs-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const mask = (text: string) => text.replaceAll('hunter2', '***')
const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 0, minute))
const ended = (minute: number, ending: Ending) =>
  ({ kind: 'ended', job: 'advance', at: at(minute), ms: 1, ending }) as const
const open = (path: string, troubles: unknown[] = []) =>
  RunBook.open({ path, mask, onTrouble: (error) => troubles.push(error) })

describe('the book of runs', () => {
  it('outlasts the process, without secrets', async () => {
    const path = join(dir, 'deep', 'runs.json')
    const book = await open(path)
    book.note({ kind: 'started', job: 'advance', at: at(1) })
    book.note(ended(2, { kind: 'ok', outcome: { said: 'one commit' } }))
    book.note({ kind: 'started', job: 'advance', at: at(3) })
    const error = new RoundkeeperError('unauthorised', 'hunter2 is refused', { hint: 'Renew hunter2.' })
    book.note(ended(4, { kind: 'failed', errors: [error] }))
    await book.settled()
    expect(await readFile(path, 'utf8')).not.toContain('hunter2')
    expect((await open(path)).of('advance')).toEqual({
      started: at(3).toISOString(),
      ended: at(4).toISOString(),
      succeeded: at(2).toISOString(),
      failures: 1,
      said: null,
      error: { code: 'unauthorised', message: '*** is refused', hint: 'Renew ***.' },
    })
  })

  it.each([
    'no JSON',
    '[]',
    '{"unheard-of": {}}',
    '{"advance": 7}',
    '{"advance": {"started": "yesterday", "failures": -1, "error": 3}}',
  ])('begins anew where %s is found', async (text) => {
    const path = join(dir, 'broken.json')
    await writeFile(path, text)
    expect((await open(path)).of('advance')).toMatchObject({ started: null, failures: 0 })
  })

  it('goes on where it cannot be written, and says so once', async () => {
    await writeFile(join(dir, 'file'), '')
    const troubles: unknown[] = []
    const book = await open(join(dir, 'file', 'runs.json'), troubles)
    for (let minute = 0; minute < 3; minute++) book.note({ kind: 'started', job: 'verify', at: at(minute) })
    await book.settled()
    expect(book.of('verify').started).toBe(at(2).toISOString())
    expect(troubles).toHaveLength(1)
  })
})
