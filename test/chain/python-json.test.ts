import { describe, expect, it } from 'vitest'
import { pythonJson } from '../../src/chain/python-json.ts'
import { encodePayload } from '../../src/chain/reveal-payload.ts'
import fc from '../support/properties.ts'

const text = fc.string({ unit: 'binary', maxLength: 20 })

describe('the text of a commitment', () => {
  it('is that of the miners’ own tools', () => {
    const commit = pythonJson({ commit: 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0' })
    expect(commit).toBe('{"commit": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0"}')
    expect([commit.length, encodePayload(commit).length]).toEqual([54, 55])
    expect(pythonJson({ repo: 'user/repo', cdn_url: 'https://bucket.example.com/models/' })).toBe(
      '{"repo": "user/repo", "cdn_url": "https://bucket.example.com/models/"}',
    )
    expect(pythonJson({})).toBe('{}')
  })

  // As Python 3.11 prints json.dumps({'repo': 'é\x7f\n\x00"\\/\U0001f600\ud800'}).
  it('is ASCII', () => {
    expect(pythonJson({ repo: 'é\x7f\n\0"\\/😀\ud800' })).toBe(
      String.raw`{"repo": "\u00e9\u007f\n\u0000\"\\/\ud83d\ude00\ud800"}`,
    )
  })

  it('tells floats from whole numbers, and says null as Python does', () => {
    const row = {
      block: 123,
      repo: null,
      locked_rho: { float: 100 },
      required_rho: { float: 0.1 },
      lock_sufficient: true,
    }
    expect(pythonJson(row)).toBe(
      '{"block": 123, "repo": null, "locked_rho": 100.0, "required_rho": 0.1, "lock_sufficient": true}',
    )
  })

  it('is JSON of what was given', () => {
    fc.assert(
      fc.property(fc.dictionary(text, text, { maxKeys: 3 }), (fields) => {
        expect(Object.entries(JSON.parse(pythonJson(fields)))).toEqual(Object.entries(fields))
      }),
    )
  })
})
