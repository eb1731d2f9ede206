import { expect, it } from 'vitest'
import { OwnNetwork } from '../../src/formats/generation-3d/own-network.ts'
import type { LookResult } from '../../src/media/download.ts'
import { downloaderOf } from '../support/fake-downloader.ts'

const { signal } = new AbortController()
const prompt = (host: string) => ({ stem: 'p', url: `https://${host}/p.png` })
const silent: LookResult = { ok: false, fault: 'source', code: 'timeout', detail: 'no headers', silent: true }
const there: LookResult = { ok: true, status: 200, method: 'HEAD' }
const missing: LookResult = { ok: false, fault: 'source', code: 'http_status', detail: 'HTTP 404', status: 404 }

function scene(...answers: LookResult[]) {
  const asked: string[] = []
  const look = async (url: string) => {
    const answer = answers[asked.push(url) - 1]
    if (answer === undefined) throw new Error(`asked too often: ${asked}`)
    return answer
  }
  const downloader = { ...downloaderOf(() => Promise.reject(new Error('nothing is fetched'))), look }
  return { asked, network: new OwnNetwork(downloader, signal) }
}

it('is asked about once for all who come while the host is being asked', async () => {
  const { asked, network } = scene(there)
  await Promise.all([1, 2, 3].map(() => network.mustBeUp(prompt('a'))))
  expect(asked).toHaveLength(1)
})

it('is asked about again once it was up, since it may have gone down', async () => {
  const { asked, network } = scene(there, missing, silent)
  await network.mustBeUp(prompt('a'))
  await network.mustBeUp(prompt('a'))
  await expect(network.mustBeUp(prompt('a'))).rejects.toMatchObject({ code: 'unavailable', where: 'https://a/p.png' })
  expect(asked).toHaveLength(3)
})

it('is not asked about again in a run that met it down; another host is', async () => {
  const { asked, network } = scene(silent, there)
  await expect(network.mustBeUp(prompt('a'))).rejects.toMatchObject({ code: 'unavailable' })
  await expect(network.mustBeUp(prompt('a'))).rejects.toMatchObject({ code: 'unavailable' })
  await network.mustBeUp(prompt('b'))
  expect(asked).toEqual(['https://a/p.png', 'https://b/p.png'])
})
