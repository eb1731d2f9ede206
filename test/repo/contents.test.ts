import { describe, expect, it } from 'vitest'
import { changedPaths, newBlobs, readableBlobs } from '../../src/repo/contents.ts'
import { MAX_COMMIT_BYTES, MAX_HISTORY_BLOB_BYTES } from '../../src/repo/history.ts'
import type { Difference } from '../../src/repo/tree-diff.ts'

const file = (path: string, oid: string, mode = '100644'): Difference => ({ path, after: { mode, oid } })

describe('the contents of a commit', () => {
  it('are read in the order of the paths as long as there is room, each once, and others are named', () => {
    const half = Math.floor(MAX_COMMIT_BYTES / 4)
    const sizes: Record<string, number> = { a: half, b: MAX_HISTORY_BLOB_BYTES + 1, c: half, d: half, e: half, f: 1 }
    const sizeOf = (oid: string) => sizes[oid] ?? 0
    const files = ['f', 'e', 'd', 'a', 'b', 'a', 'c'].map((oid, i) => file(`${i === 3 ? '0' : i}/${oid}`, oid))
    const differences = [...files, file('module', '1'.repeat(40), '160000'), { path: 'gone' }]
    expect(newBlobs(differences)).toEqual(new Set(['f', 'e', 'd', 'a', 'b', 'c']))
    const readable = readableBlobs(differences, sizeOf)
    expect([...readable]).toEqual(['a', 'f', 'e', 'd'])
    const changed = changedPaths(differences, sizeOf, (oid) => (readable.has(oid) ? Buffer.from(oid) : undefined))
    const [first] = changed
    expect(first).toEqual({ path: '0/a', after: { mode: '100644', oid: 'a', size: half, bytes: Buffer.from('a') } })
    expect(changed.map(({ path, after }) => [path, after?.size, after?.bytes?.toString()])).toEqual([
      ['0/a', half, 'a'],
      ['0/f', 1, 'f'],
      ['1/e', half, 'e'],
      ['2/d', half, 'd'],
      ['4/b', MAX_HISTORY_BLOB_BYTES + 1, undefined],
      ['5/a', half, 'a'],
      ['6/c', half, undefined],
      ['gone', undefined, undefined],
      ['module', 0, undefined],
    ])
  })
})
