import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bearer, CloudApi } from '../../../src/compute/providers/cloud-api.ts'
import { Cloud } from '../../support/gpu-clouds/cloud.ts'
import { Pauses } from '../../support/gpu-clouds/pauses.ts'

const signal = new AbortController().signal
let cloud: Cloud
let clock: Pauses
let api: CloudApi
beforeAll(async () => {
  cloud = await Cloud.open({ answer: () => ({ status: 200, json: { fine: true } }) }, new Pauses())
})
afterAll(() => cloud[Symbol.asyncDispose]())
beforeEach(() => {
  cloud.faults.length = 0
  cloud.asked.length = 0
  clock = new Pauses(new Date(0))
  api = new CloudApi({ provider: 'cloud', base: cloud.url, clock, credentials: bearer('key') })
})

const list = () => api.json({ method: 'GET', path: '/list', signal, repeatable: true })
const order = () => api.json({ method: 'POST', path: '/order', body: { a: 1 }, signal, repeatable: false })
const seconds = () => clock.now().getTime() / 1000

describe('the API of a provider', () => {
  it('is asked again for what changes nothing, with pauses', async () => {
    cloud.fails(/./, 503, 2)
    expect(await list()).toEqual({ fine: true })
    expect([cloud.asked.length, seconds()]).toEqual([3, 8])
  })

  it.each([
    ['20', 20],
    ['3600', 30],
    ['soon', 2],
  ])('is waited for as it says (%s s), within reason', async (advice, expected) => {
    cloud.fails(/./, { status: 429, headers: { 'retry-after': advice } }, 1)
    expect(await list()).toEqual({ fine: true })
    expect(seconds()).toBe(expected)
  })

  it('gives no order twice', async () => {
    cloud.fails(/./, 'cut', 1)
    await expect(order()).rejects.toMatchObject({ code: 'unavailable' })
    expect(cloud.asked).toHaveLength(1)
    expect(await order()).toEqual({ fine: true })
    expect(cloud.asked[1]).toMatchObject({ method: 'POST', authorisation: 'Bearer key', body: '{"a":1}' })
  })

  it.each([
    [400, 'refused', 1],
    [401, 'unauthorised', 1],
    [403, 'unauthorised', 1],
    [402, 'unavailable', 3],
    [429, 'unavailable', 3],
    [500, 'unavailable', 3],
  ])('that answers %d is %s', async (status, code, asked) => {
    cloud.fails(/./, { status, body: 'because\u0007' })
    await expect(list()).rejects.toMatchObject({ code, message: `cloud: it answered ${status}: because\ufffd` })
    expect(cloud.asked).toHaveLength(asked)
  })

  it('that does not answer in time is unavailable', async () => {
    cloud.fails(/./, 'hang')
    const asked = order()
    while (cloud.asked.length === 0) await new Promise(setImmediate)
    clock.expire()
    await expect(asked).rejects.toMatchObject({ code: 'unavailable', message: 'cloud: no answer within 60 s' })
  })

  it('that tells without end is cut off, and one that sends us elsewhere is not followed', async () => {
    cloud.fails(/./, { status: 200, body: 'x'.repeat(9 * 2 ** 20) }, 1)
    await expect(order()).rejects.toMatchObject({ message: expect.stringMatching(/its answer is larger than/) })
    cloud.fails(/./, { status: 302, headers: { location: `${cloud.url}/elsewhere` } }, 1)
    await expect(order()).rejects.toMatchObject({ code: 'refused' })
    expect(cloud.asked.map(({ path }) => path)).toEqual(['/order', '/order'])
  })

  it('stops being asked when we are told to, also between two tries', async () => {
    const stop = new AbortController()
    cloud.fails(/./, 'hang')
    const asked = api.json({ method: 'GET', path: '/list', signal: stop.signal, repeatable: true })
    while (cloud.asked.length === 0) await new Promise(setImmediate)
    stop.abort()
    await expect(asked).rejects.toMatchObject({ code: 'aborted' })
  })
})
