import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeOf } from '../../src/cli/evidence-options.ts'
import { files } from '../../src/state/index.ts'
import { contentKey } from '../../src/store/content.ts'
import { reportSchema } from '../../src/verify/report/schema.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { startFileServer } from '../support/file-server.ts'
import { roundkeeper } from '../support/in-process-cli.ts'
import { type SmallDemo, smallDemo } from '../support/small-demo.ts'
import { Copy } from '../verify/evidence/support.ts'

const dir = temporaryFolder()
let demo: SmallDemo
beforeAll(async () => {
  demo = await smallDemo()
})
afterAll(() => demo[Symbol.asyncDispose]())

async function reported(...args: string[]) {
  const { code, stdout, stderr } = await roundkeeper('verify', ...args, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return reportSchema.parse(JSON.parse(stdout))
}

describe('verify, with evidence', () => {
  it('finds the store of a folder that init or demo made, and says so', async () => {
    const { code, stdout } = await roundkeeper('verify', demo.dir)
    expect(code).toBe(0)
    expect(stdout).toContain(`in ${demo.store}, which was found beside the competition (--no-store leaves it out)`)
  })

  it('counts it when there is no store, and says where the record says it is', async () => {
    const { evidence } = await reported(demo.dir, '--no-store')
    expect(evidence).toMatchObject({ store: null, objects: null, published: 'https://store.demo.test' })
    expect(evidence.named).toBeGreaterThan(30)
    const { stdout } = await roundkeeper('verify', demo.repo)
    expect(stdout).toContain('--store https://store.demo.test would')
  })

  it('looks where it is told to, asks the judge again, and keeps what it found', async () => {
    await using server = await startFileServer(() => demo.store)
    const cache = join(dir(), 'cache')
    const args = [demo.repo, '--store', server.url, '--rejudge', '4', '--cache', cache]
    const first = await reported(...args)
    expect(first.evidence).toMatchObject({ store: server.url, found: false, objects: { good: first.evidence.named } })
    expect(first.evidence.rejudged).toMatchObject({ drawn: 4, asked: 4, agreed: 4 })
    const again = await reported(...args)
    expect(again.evidence.objects).toMatchObject({ good: 0, known: first.evidence.named })
    expect(again.evidence.rejudged).toEqual(first.evidence.rejudged)
  })

  it('ends with 1 when evidence was replaced, and with 0 when it is missing', async () => {
    await using copy = await Copy.of(demo)
    const records = await copy.records()
    const [hotkey = ''] = Object.keys(await records.read(files.generationAudits, 0))
    const [output] = Object.values(await records.read(files.submitted, 0, hotkey))
    const path = join(copy.store, contentKey(output!.glb_sha256!, 'glb'))
    await writeFile(path, 'something else')
    const damaged = await roundkeeper('verify', copy.repo, '--store', copy.store)
    expect(damaged.code).toBe(1)
    expect(damaged.stdout).toContain('evidence/damaged')
    await copy.remove(output!.glb_sha256!, 'glb')
    const missing = await roundkeeper('verify', copy.repo, '--store', copy.store)
    expect(missing.code).toBe(0)
    expect(missing.stdout).toContain('evidence/missing')
  })

  it.each([
    [['--store', '/nowhere/at/all'], 'there is no object store in'],
    [['--store', 'https://me:secret@store.test'], 'not the address of an object store'],
    [['--rejudge', '0'], 'expected a whole number from 1 on'],
  ])('ends with 2, in words, for %j', async (args, words) => {
    const { code, stderr } = await roundkeeper('verify', demo.dir, ...args)
    expect(code).toBe(2)
    expect(stderr).toContain(words)
    expect(stderr).not.toContain('secret')
  })
})

describe('the store that is looked into', () => {
  it('is the one that was named, before the one that is found', async () => {
    expect(await storeOf(demo.dir, {})).toEqual({ address: demo.store, found: true })
    expect(await storeOf(demo.dir, { store: 's3://x' })).toEqual({ address: 's3://x', found: false })
    expect(await storeOf(demo.repo, {})).toBeUndefined()
    expect(await storeOf('https://git.test/x', {})).toBeUndefined()
    expect(await storeOf(demo.dir, { store: false })).toBeUndefined()
  })

  it.each([{ rejudge: 3 }, { cache: 'folder' }])('has to be known for %j', async (options) => {
    await expect(storeOf(demo.dir, { store: false, ...options })).rejects.toMatchObject({ code: 'usage' })
  })
})
