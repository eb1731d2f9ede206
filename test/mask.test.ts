import { afterEach, describe, expect, it } from 'vitest'
import { Batch } from '../src/engine/batch.ts'
import { ChangeBuilder } from '../src/engine/change.ts'
import { VirtualClock } from '../src/engine/virtual-clock.ts'
import { RoundkeeperError } from '../src/errors.ts'
import { forgetSecrets, hide, hideEnvironment, hideNamed, masked, tellsSecret, withoutSecrets } from '../src/mask.ts'
import { remember } from '../src/store/evidence.ts'
import { memoryStore } from './support/memory-store.ts'
import fc from './support/properties.ts'

afterEach(forgetSecrets)

describe('secrets', () => {
  it('are in no text, in whichever of the usual ways they are written', () => {
    const secrets = fc.string({ minLength: 8, maxLength: 40 }).filter((text) => text.trim().length >= 8)
    const around = fc.constantFrom('', 'a', 'of us', '"', '\\', ' ')
    fc.assert(
      fc.property(secrets, around, around, (secret, before, after) => {
        forgetSecrets()
        hide(secret)
        const json = JSON.stringify({ said: before + secret + after })
        const address = `https://x.example/?key=${encodeURIComponent(before + secret + after)}`
        const basic = Buffer.from(`${before}:${secret}`).toString('base64')
        const said = withoutSecrets([before + secret + after, json, address, basic].join('\n'))
        expect(said).not.toContain(secret)
        expect(said).not.toContain(encodeURIComponent(secret))
        // Of base64, what depends on the neighbours too may stay: two characters at either end.
        const inner = basic.replace(/=+$/, '').slice(Math.ceil(((before.length + 1) * 4) / 3) + 1, -2)
        expect(said).not.toContain(inner)
        expect(() => JSON.parse(withoutSecrets(json))).not.toThrow()
      }),
    )
    forgetSecrets()
    hide('sk-live/+=&"\\42')
    const hex = Buffer.from('sk-live/+=&"\\42').toString('hex')
    expect(withoutSecrets(`a sk-live/+=&"\\42 b ${hex} sk-live%2F%2B%3D%26%22%5C42 sk-live%2f%2b%3d%26%22%5c42`)).toBe(
      'a *** b *** *** ***',
    )
  })

  it('are known by the names of their variables, by those that settings name, and by their place in an address', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'QUJD'.repeat(16)}\n-----END PRIVATE KEY-----`
    hideEnvironment({
      ...{ ROUNDKEEPER_GIT_TOKEN: 'gh-12345678', RUNPOD_API_KEY: 'rp-12345678', ROUNDKEEPER_SIGNING_KEY: key },
      ...{
        AWS_ACCESS_KEY_ID: 'AKIA12345678',
        SOME_REDIS: 'redis://me:re%2Fdis-123@h:1',
        ROUNDKEEPER_DISCORD_WEBHOOK: 'https://d/1',
      },
      ...{
        HOME: '/home/somebody',
        ROUNDKEEPER_SIGNING_KEY_FILE: '/home/me/keys/engine',
        VERDA_CLIENT_ID: 'verda-client',
      },
    })
    hideNamed(
      { notifications: [{ url_env: 'MINE' }], judge: { endpoints: [{ api_key_env: 'X' }] } },
      { MINE: 'mine-1234567' },
    )
    const text = 'gh-12345678 rp-12345678 AKIA12345678 re/dis-123 https://d/1 verda-client mine-1234567'
    expect(masked(text)).toBe('*** *** *** *** *** *** ***')
    expect(masked(`at ${'QUJD'.repeat(16)} of /home/somebody, /home/me/keys/engine`)).toBe(
      'at *** of /home/somebody, /home/me/keys/engine',
    )
  })

  it('of others are hidden where they can be told, and JSON stays JSON', () => {
    expect(masked('fatal: https://ada:pa55@git.example/x.git')).toBe('fatal: https://***@git.example/x.git')
    expect(masked('authorization: Bearer abc.def, x')).toBe('authorization: Bearer ***, x')
    expect(masked('https://s3/b?X-Amz-Signature=0123&x=1')).toBe('https://s3/b?X-Amz-Signature=***&x=1')
    const quoted = JSON.stringify({ a: JSON.stringify({ authorization: 'Bearer abc' }), b: 'Authorization: "abc" d' })
    expect(JSON.parse(masked(quoted))).toEqual({ a: '{"authorization":"Bearer ***"}', b: 'Authorization: "***" d' })
    expect(masked('mail ada@example.org at https://example.org/@ada:1')).toContain('https://example.org/@ada:1')
  })

  it('are in no error, in no evidence, and in no commit, though a service repeats them', async () => {
    hide('sk-12345678')
    const error = new RoundkeeperError('unavailable', 'bad key sk-12345678', {
      where: 'x?k=sk-12345678',
      hint: 'sk-12345678',
    })
    expect(JSON.stringify([error.message, error.where, error.hint, error.stack])).not.toContain('sk-1234')
    const store = memoryStore()
    const heard = await remember(store, 'echo', {}, async () => ({ said: 'your key is "sk-12345678"' }))
    expect(heard).toEqual({ said: 'your key is "***"' })
    expect(await remember(store, 'echo', {}, async () => ({ said: '' }))).toEqual(heard)
    hide('12345678')
    expect(await remember(store, 'size', {}, async () => ({ size: 12345678, of: '12345678' }))).toEqual({
      size: 12345678,
      of: '***',
    })
    const clock = new VirtualClock(new Date(0))
    const repo = { id: 'x', read: async () => undefined, commit: () => expect.unreachable() } as never
    const batch = new Batch({ repo, clock, by: { name: 'a', email: 'b' }, run: '', engine: '', commitEveryMs: 0 }, '')
    const leak = new ChangeBuilder('Update')
    // Words that somebody took for passwords hold up no competition.
    hide('production')
    leak.files.set('rounds/0/x.json', '{"reason": "sk-12345678"}')
    batch.add(leak)
    await expect(batch.flush({})).rejects.toMatchObject({ code: 'refused', where: 'rounds/0/x.json' })
    expect(tellsSecret('c2stMTIzNDU2Nzg')).toBe(true)
    expect(['in production', 'of 12345678 bytes'].map(tellsSecret)).toEqual([false, false])
    expect(withoutSecrets('in production')).toBe('in ***')
  })
})
