import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { files } from '../../src/state/files.ts'
import { schemaDocuments } from '../../src/state/json-schemas.ts'
import { samples } from './samples.ts'

/** `npm run schemas` writes what these expect. */
describe('docs/schemas', () => {
  const documents = schemaDocuments()

  it.each([...documents])('%s is up to date', async (name, text) => {
    await expect(text).toMatchFileSnapshot(`../../docs/schemas/${name}`)
  })

  it('holds nothing else', async () => {
    const found = await readdir(new URL('../../docs/schemas/', import.meta.url))
    // What commands print is no file of a competition: test/verify/report/schema.test.ts and test/doctor/schema.test.ts have it.
    const printed = ['doctor.schema.json', 'verify-report.schema.json']
    expect(found.filter((name) => !documents.has(name)).sort()).toEqual(printed)
  })

  it('describes every file', () => {
    for (const text of documents.values()) {
      if (text.startsWith('{')) expect(JSON.parse(text)).toHaveProperty('description')
    }
  })

  it.each(Object.entries(samples))('accepts a sample of %s, and not a number', (kind, { path, text }) => {
    const file = files[kind as keyof typeof files]
    const published = z.fromJSONSchema(JSON.parse(documents.get(`${file.name}.schema.json`) ?? ''))
    expect(
      published.safeParse(path.endsWith('.json') ? JSON.parse(text) : file.parse(text, path)).error,
    ).toBeUndefined()
    expect(published.safeParse(7).success).toBe(false)
  })
})
