import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { schemaDocuments } from '../../src/state/json-schemas.ts'

/** `npm run schemas` writes what these expect. */
describe('docs/schemas', () => {
  const documents = schemaDocuments()

  it.each([...documents])('%s is up to date', async (name, text) => {
    await expect(text).toMatchFileSnapshot(`../../docs/schemas/${name}`)
  })

  it('holds nothing else', async () => {
    const found = await readdir(new URL('../../docs/schemas/', import.meta.url))
    expect(found.filter((name) => !documents.has(name))).toEqual([])
  })

  it('describes every file', () => {
    for (const text of documents.values()) {
      if (text.startsWith('{')) expect(JSON.parse(text)).toHaveProperty('description')
    }
  })
})
