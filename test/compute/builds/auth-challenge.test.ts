import { describe, expect, it } from 'vitest'
import { parseChallenge } from '../../../src/compute/builds/auth-challenge.ts'
import { retryAfterMs } from '../../../src/compute/builds/retry-after.ts'
import fc from '../../support/properties.ts'

const realm = 'https://auth.test/token'

describe('what a registry asks for', () => {
  it.each([
    [`Bearer realm="${realm}",service="r.test",scope="a:b,c"`, { scheme: 'bearer', realm, service: 'r.test' }],
    [`bearer service=r.test, realm="${realm}"`, { scheme: 'bearer', realm, service: 'r.test' }],
    [`Bearer realm="${realm}",service="a, \\"b\\""`, { scheme: 'bearer', realm, service: 'a, "b"' }],
    [`Bearer realm="${realm}"`, { scheme: 'bearer', realm, service: undefined }],
    ['Basic realm="x"', { scheme: 'basic' }],
    ['basic', { scheme: 'basic' }],
    ['Bearer', undefined],
    ['Bearer realm="nowhere"', undefined],
    ['Negotiate', undefined],
    ['', undefined],
    [undefined, undefined],
    [`Bearer realm="${realm}",x="${'y'.repeat(5_000)}"`, undefined],
  ])('%s is understood', (header, challenge) => {
    expect(parseChallenge(header)).toEqual(challenge)
  })

  it('never is more than a URL and a name, whatever it says', () => {
    const part = fc.oneof(fc.string(), fc.constantFrom('Bearer ', 'realm=', `"${realm}"`, ',', '"', '\\', 'service='))
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const challenge = parseChallenge(parts.join(''))
        if (challenge?.scheme === 'bearer') expect(URL.canParse(challenge.realm)).toBe(true)
      }),
    )
  })
})

describe('when a server wants to be asked again', () => {
  const now = new Date('2026-03-01T12:00:00Z')
  it.each([
    ['30', 30_000],
    ['0', 0],
    ['Sun, 01 Mar 2026 12:00:10 GMT', 10_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5 apples', undefined],
    [undefined, undefined],
  ])('is what %s says', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms)
  })
})
