import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { mediaOf } from '../../src/cli/evidence-options.ts'
import { duelsAtOnce, operatorJudge } from '../../src/cli/operator-judge.ts'
import { readSettings } from '../../src/cli/operator-settings.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { CLOSE, FAR, questionOf } from '../support/vlm/pictures.ts'
import { startVlmServer } from '../support/vlm/server.ts'

const root = temporaryFolder()
const never = new AbortController().signal
const clock = new VirtualClock(new Date(0), { autoAdvance: true })
afterEach(() => vi.unstubAllEnvs())

let count = 0
async function settings(value: object) {
  const dir = join(root(), `competition-${++count}`)
  await mkdir(dir)
  await writeFile(join(dir, 'roundkeeper.json'), JSON.stringify(value))
  return readSettings(dir)
}
const model = (endpoint: object = {}, changes: object = {}) => ({
  judge: { kind: 'penalty', model: 'm', endpoints: [{ url: 'http://127.0.0.1:8000/v1', ...endpoint }], ...changes },
})

describe('`judge` in roundkeeper.json', () => {
  it('is the offline judge, where nothing is said', async () => {
    const { judge, second_judge } = await settings({})
    expect(operatorJudge(judge, clock)).toMatchObject({ id: 'offline-similarity/1', deterministic: true })
    expect(second_judge).toBeUndefined()
    expect(duelsAtOnce(judge)).toBe(1)
  })

  it.each<[string, object, RegExp]>([
    ['of no kind', { judge: { kind: 'gpt' } }, /judge.*expected a judge: \{"kind": "offline"\}/],
    ['without a model', { judge: { kind: 'penalty', endpoints: [] } }, /judge\.model/],
    ['without endpoints', model({}, { endpoints: [] }), /judge\.endpoints.*at least one endpoint/],
    ['that is nowhere', model({ url: 'ftp://x' }), /the http\(s\) URL of an OpenAI-compatible API/],
    ['with a key in its address', model({ url: 'https://me:key@x/v1' }), /without credentials and query/],
    ['with a token in its address', model({ url: 'https://x/v1?key=1' }), /without credentials and query/],
    ['with a key in the file', model({ api_key: 'sk-1' }), /unknown field judge\.endpoints\.0\.api_key/],
    ['that is asked nothing at once', model({ concurrency: 0 }), /a whole number of calls from 1 to 1024/],
  ])('is refused %s', async (_, value, message) => {
    await expect(settings(value)).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(message) })
  })

  it('is whom it names: model, revision and what is sent make another judge, endpoints do not', async () => {
    const idOf = async (value: object) => operatorJudge((await settings(value)).judge, clock).id
    const id = await idOf(model())
    expect(id).toMatch(/^vlm-penalty\/1\+[0-9a-f]{32}$/)
    expect(await idOf(model({ url: 'https://other.example/v1', concurrency: 2, requests_per_minute: 5 }))).toBe(id)
    const others = [{ model: 'n' }, { revision: 'r' }, { images: 'urls' }, { max_tokens: 2048 }]
    const ids = await Promise.all(others.map((change) => idOf(model({}, change))))
    expect(new Set([id, ...ids]).size).toBe(5)
  })

  it('gets its key from the environment', async () => {
    await using server = await startVlmServer({ apiKey: 'secret' })
    const question = await questionOf('p', CLOSE, FAR)
    const ask = async (endpoint: object) => {
      const { judge } = await settings(model({ url: server.url, ...endpoint }))
      return operatorJudge(judge, clock).judge(question, never)
    }
    await expect(ask({})).rejects.toMatchObject({ code: 'unauthorised', where: server.url })
    await expect(ask({ api_key_env: 'MY_KEY' })).rejects.toMatchObject({
      code: 'unauthorised',
      message: expect.stringMatching(/no MY_KEY/),
    })
    vi.stubEnv('ROUNDKEEPER_JUDGE_API_KEY', 'secret')
    expect(await ask({})).toMatchObject({ kind: 'decided', winner: 'left' })
    vi.stubEnv('MY_KEY', 'wrong')
    await expect(ask({ api_key_env: 'MY_KEY' })).rejects.toMatchObject({ code: 'unauthorised' })
  })

  it('is what auditors ask again, by a file that says so', async () => {
    const media = join(root(), 'judge.json')
    await writeFile(media, JSON.stringify(model()))
    const found = await mediaOf('history.bundle', { media })
    expect(found?.settings.judge).toMatchObject({ kind: 'penalty', model: 'm', images: 'bytes' })
  })
})
