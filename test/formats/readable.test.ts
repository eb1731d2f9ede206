import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Round } from '../../src/engine/owner.ts'
import { keepReadable } from '../../src/formats/generation-3d/readable.ts'
import type { Output } from '../../src/state/outputs.ts'
import { putContent } from '../../src/store/content.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { hotkeyOf, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'

const folder = temporaryFolder()
let stores = 0
const hotkey = hotkeyOf('miner')

function scene() {
  const store = new FolderStore({ dir: join(folder(), String(stores++)) })
  const ports = { store, readable: store, ...fakePorts([]) }
  const round = (attempt?: number) =>
    ({
      number: 3,
      config: testConfig(),
      state: { stage: 'downloading', current_round: 3, attempt },
    }) as unknown as Round
  const output = async (text: string): Promise<Output> => {
    const made = await Promise.all(
      [text, `drawn ${text}`].map((each, i) => putContent(store, Buffer.from(each), i === 0 ? 'glb' : 'png', 'x')),
    )
    const [glb, png] = made.map(({ sha256 }) => sha256)
    return {
      glb: '',
      png: '',
      generation_time: 0,
      size: 1,
      attempts: 0,
      distance: 0,
      glb_sha256: glb,
      png_sha256: png,
    } as Output
  }
  const whose = (stem: string) => ({ subject: hotkey, kind: 'submitted' as const, stem })
  const keys = async () =>
    (await readdir(store.id, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.parentPath.includes('rounds'))
      .map((entry) => join(entry.parentPath, entry.name).slice(store.id.length + 1))
      .sort()
  return { store, ports, round, output, whose, keys }
}

describe('readable copies', () => {
  it('lie under the names that older readers know, those of a later attempt beside them', async () => {
    const { store, ports, round, output, whose, keys } = scene()
    await keepReadable(ports, round(), whose('vase'), await output('first'))
    await keepReadable(ports, round(), whose('vase'), await output('first'))
    await keepReadable(ports, round(2), { ...whose('vase'), kind: 'generated' }, await output('second'))
    expect(await keys()).toEqual([
      `rounds/3/${hotkey}/submitted/vase.glb`,
      `rounds/3/${hotkey}/submitted/vase.png`,
      `rounds/3/attempts/2/${hotkey}/generated/vase.glb`,
      `rounds/3/attempts/2/${hotkey}/generated/vase.png`,
    ])
    expect(Buffer.from((await store.get(`rounds/3/${hotkey}/submitted/vase.glb`)) ?? []).toString()).toBe('first')
  })

  it('never replace each other', async () => {
    const { ports, round, output, whose } = scene()
    await keepReadable(ports, round(), whose('vase'), await output('first'))
    const again = keepReadable(ports, round(), whose('vase'), await output('second'))
    await expect(again).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('vase.glb') })
  })

  it('are not made of what was not delivered, nor under a name that is no key, nor unless they are wanted', async () => {
    const { store, ports, round, output, whose, keys } = scene()
    const { glb_sha256: _, png_sha256: __, ...nothing } = await output('x')
    await keepReadable(ports, round(), whose('vase'), nothing)
    await keepReadable(ports, round(), whose('a vase, in space'), await output('x'))
    await keepReadable(ports, round(), whose('..'), await output('x'))
    await keepReadable({ store, ...fakePorts([]) }, round(), whose('vase'), await output('x'))
    expect(await keys()).toEqual([])
  })
})
