import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { BadArchive } from '../../../src/compute/batch/faults.ts'
import { type ArchiveRules, openResults } from '../../../src/compute/batch/results-archive.ts'
import { SpooledFile } from '../../../src/compute/batch/spooled-file.ts'
import { mutated, randomFrom } from '../../support/mutate.ts'
import fc from '../../support/properties.ts'
import { type ZipEntry, type ZipLies, zip } from '../../support/zip.ts'

const rules: ArchiveRules = { stems: ['p1', 'p2', 'p3'], extensions: ['glb'], maxModelBytes: 3 * 2 ** 20 }
const text = (value: string) => new TextEncoder().encode(value)
const p1: ZipEntry = { name: 'p1.glb', bytes: text('a model '.repeat(50)) }
const p2: ZipEntry = { name: 'p2.glb', bytes: randomBytes(3000), deflated: false }
const failed = (value: unknown): ZipEntry => ({ name: '_failed.json', bytes: text(JSON.stringify(value)) })

/** What each prompt comes to: its bytes, or the code of what is wrong. */
async function read(bytes: Uint8Array, how: Partial<ArchiveRules> = {}) {
  const file = await SpooledFile.create()
  await file.append(bytes)
  await using results = await openResults(file, { ...rules, ...how })
  const models = new Map<string, Buffer | string>()
  for (const stem of results.delivered.keys()) {
    const model = await results.take(stem, (chunks) => Array.fromAsync(chunks))
    models.set(stem, model.ok ? Buffer.concat(model.value) : model.code)
  }
  return { models, failed: results.failed }
}
const codeOf = async (bytes: Uint8Array) => {
  try {
    const { models } = await read(bytes)
    return [...models.values()].map((model) => (typeof model === 'string' ? model : 'fine'))
  } catch (error) {
    if (error instanceof BadArchive) return error.code
    throw error
  }
}

describe('an archive', () => {
  it.each([
    ['deflated and stored', [p1, p2], {}],
    ['written as a stream', [{ ...p1, streamed: true }, p2], {}],
    ['with a comment', [p1, p2], { comment: text('made by a machine') }],
  ] as const)('%s is read', async (_, entries, lies) => {
    const { models } = await read(zip(entries, lies))
    expect(models).toEqual(new Map([['p1', Buffer.from(p1.bytes)], ['p2', Buffer.from(p2.bytes)]])) // biome-ignore format: a pair a prompt
  })

  it('says why a prompt has no model; of others it may say what it likes', async () => {
    const told = await read(zip([p1, failed({ p2: 'out of memory\u0007', p3: { code: 7 }, other: 'x', p9: '' })]))
    expect([...told.failed]).toEqual([
      ['p2', 'out of memory\ufffd'],
      ['p3', '{"code":7}'],
    ])
    expect([...told.models.keys()]).toEqual(['p1'])
  })

  it('may have folders where those are overlooked', async () => {
    const inside = zip([
      { name: 'out/', bytes: text(''), deflated: false },
      { ...p1, name: 'out/p1.glb' },
    ])
    expect([...(await read(inside, { folders: true })).models.keys()]).toEqual(['p1'])
    expect(await codeOf(inside)).toBe('archive-unexpected')
  })
})

const whole = zip([p1, p2])
const even: ZipEntry = { name: 'p1.glb', bytes: new Uint8Array(2 * 2 ** 20) }
/** Sizes of `p2`, in the field of Zip64. */
const zip64 = Buffer.from('01001000b80b000000000000b80b000000000000', 'hex')

describe('what is wrong with an archive', () => {
  it.each<[string, Uint8Array | readonly ZipEntry[], ZipLies, string | string[]]>([
    ['nothing at all', new Uint8Array(0), {}, 'archive-damaged'],
    ['a page', text('<html>It works!</html>'), {}, 'archive-damaged'],
    ['cut in the middle', whole.subarray(0, 1500), {}, 'archive-damaged'],
    ['its end is missing', whole.subarray(0, -10), {}, 'archive-damaged'],
    ['bytes behind it', [p1], { after: text('more') }, 'archive-ambiguous'],
    ['bytes before it', Buffer.concat([text('#!/bin/sh\n'), whole]), {}, 'archive-ambiguous'],
    ['another archive behind it', Buffer.concat([whole, zip([p2])]), {}, 'archive-ambiguous'],
    ['an archive in its comment', [p1], { comment: zip([p2]) }, 'archive-ambiguous'],
    ['fewer files than it counts', [p1], { count: 2 }, 'archive-damaged'],
    ['more files than it counts', [p1, p2], { count: 1 }, 'archive-ambiguous'],
    ['a huge list of files', [p1], { directorySize: 2 ** 31 }, 'archive-too-large'],
    ['files that share bytes', [p1, { ...p2, says: { offset: 0 }, locally: {} }], {}, 'archive-ambiguous'],
    ['two files for one prompt', [p1, p1], {}, 'archive-repeated'],
    ['more files than prompts', [1, 2, 3, 4, 5].map((n) => ({ ...p1, name: `p${n}.glb` })), {}, 'archive-unexpected'],
    ['a file that nobody asked for', [p1, { ...p2, name: 'readme.txt' }], {}, 'archive-unexpected'],
    ['another kind of file', [{ ...p1, name: 'p1.ply' }], {}, 'archive-unexpected'],
    ['a path', [{ ...p1, name: '../p1.glb' }], {}, 'archive-unexpected'],
    ['an absolute path', [{ ...p1, name: '/etc/p1.glb' }], {}, 'archive-unexpected'],
    ['a backslash', [{ ...p1, name: '..\\p1.glb' }], {}, 'archive-unexpected'],
    ['a NUL in a name', [{ ...p1, name: 'p1.glb\0.txt' }], {}, 'archive-unexpected'],
    ['a folder', [p1, { name: 'p2.glb/', bytes: text('') }], {}, 'archive-unexpected'],
    ['Zip64', [{ ...p2, says: { packed: 0xffffffff, size: 0xffffffff, extra: zip64 } }], {}, 'archive-unsupported'],
    ['a manifest that is none', [p1, { name: '_failed.json', bytes: text('["p1"]') }], {}, 'archive-manifest'],
    ['a manifest that is too long', [p1, failed({ p2: 'x'.repeat(20_000) })], {}, 'archive-manifest'],
    ['a name that is another one inside', [{ ...p1, locally: { name: 'p2.glb' } }], {}, ['model-damaged']],
    ['an encrypted file', [{ ...p1, says: { flags: 1 } }, p2], {}, ['model-encrypted', 'fine']],
    ['a link', [{ ...p1, says: { attributes: 0o120777 << 16 } }, p2], {}, ['model-kind', 'fine']],
    ['a method of its own', [{ ...p1, says: { method: 12 } }, p2], {}, ['model-method', 'fine']],
    ['a wrong checksum', [{ ...p1, says: { crc: 1 } }, p2], {}, ['model-damaged', 'fine']],
    ['more bytes than it says', [{ ...p1, says: { size: 10 } }, p2], {}, ['model-damaged', 'fine']],
    ['fewer bytes than it says', [{ ...p1, says: { size: 1000 } }, p2], {}, ['model-damaged', 'fine']],
    ['other sizes inside', [{ ...p1, locally: { size: 10 } }, p2], {}, ['model-damaged', 'fine']],
    ['no deflated bytes', [{ ...p1, deflated: false, says: { method: 8 } }, p2], {}, ['model-damaged', 'fine']],
    ['an empty model', [{ ...p1, bytes: new Uint8Array(0), deflated: false }, p2], {}, ['model-empty', 'fine']],
    [
      'a model that is too large',
      [{ ...p1, bytes: randomBytes(3 * 2 ** 20 + 1) }, p2],
      {},
      ['model-too-large', 'fine'],
    ],
    ['nothing, a thousandfold', [even, p2], {}, ['model-ratio', 'fine']],
    ['nothing, under another size', [{ ...even, says: { size: 2 ** 20 } }, p2], {}, ['model-damaged', 'fine']],
  ])('%s', async (_, given, lies, code) => {
    expect(await codeOf(given instanceof Uint8Array ? given : zip(given as readonly ZipEntry[], lies))).toEqual(code)
  })
})

it('whatever becomes of an archive, it is refused with a code, or a model is what was packed', async () => {
  const base = zip([{ ...p1, streamed: true }, p2, failed({ p3: 'no' })])
  const packed = [p1, p2].map(({ bytes }) => Buffer.from(bytes).toString('hex'))
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const file = await SpooledFile.create()
      await file.append(mutated(base, randomFrom(seed)))
      const results = await openResults(file, rules).catch((error: unknown) => error)
      if (results instanceof BadArchive) return
      if (results instanceof Error) throw results
      await using open = results as Awaited<ReturnType<typeof openResults>>
      for (const stem of open.delivered.keys()) {
        const model = await open.take(stem, (chunks) => Array.fromAsync(chunks))
        if (model.ok) expect(packed).toContain(Buffer.concat(model.value).toString('hex'))
      }
    }),
    { numRuns: 150 },
  )
})
