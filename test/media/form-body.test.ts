import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formBody } from '../../src/media/form-body.ts'
import { readForm } from '../../src/services/read-form.ts'
import fc from '../support/properties.ts'

const file = { name: 'model.glb', type: 'application/octet-stream' }
const LIMITS = { maxFileBytes: 1024 * 1024, idleMs: 10_000, hold: () => {} }

/** Answers with the file that it was sent. */
const server = createServer(async (incoming, answer) => {
  const files = await readForm(incoming, ['file'], LIMITS, new AbortController().signal)
  answer.setHeader('file-name', files.get('file')?.name ?? '')
  answer.end(files.get('file')?.bytes)
})

describe('a form in one piece', () => {
  let url = ''
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  afterAll(() => server.close())

  it('brings every file as it is to a server that reads it strictly', async () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 3000 }), fc.string().map(Buffer.from))
    await fc.assert(
      fc.asyncProperty(bytes, async (value) => {
        const form = formBody([
          { name: 'seed', value: '7' },
          { name: 'file', value, file },
        ])
        const headers = { 'content-type': form.contentType }
        const answer = await request(url, { method: 'POST', headers, body: form.bytes })
        expect(answer.headers['file-name']).toBe('model.glb')
        expect(Buffer.from(await answer.body.arrayBuffer())).toEqual(Buffer.from(value))
      }),
      { numRuns: 50 },
    )
  })

  it('is what browsers send', async () => {
    const { bytes, contentType } = formBody([
      { name: 'seed', value: '7' },
      { name: 'file', value: Buffer.from('glTF'), file },
    ])
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData()
    expect(form.get('seed')).toBe('7')
    expect(form.get('file')).toMatchObject({ name: 'model.glb', type: 'application/octet-stream', size: 4 })
  })
})
