/** A world of numbers: miners whose models are nothing but how good they are, for a competition of any length. */
import { createHash } from 'node:crypto'
import type { Ports } from '../../src/formats/generation-3d/index.ts'
import { sha256Hex } from '../../src/rules/digest.ts'
import type { Incoming, ObjectStore } from '../../src/store/object-store.ts'
import { downloaderOf } from '../../test/support/fake-downloader.ts'

export interface SyntheticMiner {
  readonly hotkey: string
  readonly repo: string
  readonly commit: string
  readonly cdn: string
}

const hex = (text: string) => createHash('sha256').update(text).digest('hex')
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

export function minerOf(index: number, entry: number): SyntheticMiner {
  const name = `miner-${index}`
  const letters = Array.from(
    Buffer.from(hex(name) + hex(`${name}!`), 'hex'),
    (byte) => ALPHABET[byte % ALPHABET.length],
  )
  return {
    hotkey: `5${letters.slice(0, 47).join('')}`,
    repo: `${name}/model`,
    // the number of the entry can be read from its end
    commit: hex(`${name} ${entry}`).slice(0, 32) + String(entry).padStart(8, '0'),
    cdn: `https://cdn-${index}.example.org/outputs`,
  }
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value))
const qualityOf = (bytes: Uint8Array) => (JSON.parse(Buffer.from(bytes).toString()) as { q: number }).q

/** How good an output is: skill, which grows from entry to entry, and luck; about one in a hundred fails. */
function quality(who: string, stem: string): number | undefined {
  const luck = Number.parseInt(hex(`${who} ${stem}`).slice(0, 8), 16)
  if (luck % 97 === 0) return undefined
  const talent = Number.parseInt(hex(who).slice(0, 4), 16) % 3
  const entry = Number(who.slice(-8))
  return talent + entry / 3 + (luck % 10)
}

const model = (who: string, stem: string) => {
  const q = quality(who, stem)
  return q === undefined ? undefined : encode({ q, who, stem })
}

/** @param entered who stands behind an address or an image now */
export function syntheticPorts(entered: () => readonly SyntheticMiner[]): Omit<Ports, 'store'> {
  const whoOf = (miner: SyntheticMiner) => `${miner.repo}@${miner.commit}`
  return {
    downloader: downloaderOf(async (url) => {
      const stem = new URL(url).pathname.replace(/^.*\/|\.\w+$/g, '')
      if (url.includes('//prompts.')) return { ok: true, bytes: encode({ prompt: stem }) }
      const miner = entered().find(({ cdn }) => url.startsWith(`${cdn}/`))
      const bytes = miner && model(whoOf(miner), stem)
      if (bytes === undefined) return { ok: false, fault: 'source', code: 'http_404', detail: '404 Not Found' }
      return { ok: true, bytes }
    }),
    renderer: {
      id: 'synthetic-renderer/1',
      deterministic: true,
      render: async (_kind, bytes) => ({ ok: true, png: bytes, width: 1, height: 1, pixelsSha256: sha256Hex(bytes) }),
    },
    distance: { id: 'synthetic-distance/1', deterministic: true, distance: async () => 0.0123 },
    judge: {
      id: 'synthetic-judge/1',
      deterministic: true,
      async judge({ left, right }) {
        const [l, r] = [qualityOf(left.png), qualityOf(right.png)]
        const winner = Math.abs(l - r) < 3 ? 'draw' : l > r ? 'left' : 'right'
        const issues =
          winner === 'draw' ? '' : `The ${winner === 'left' ? 'right' : 'left'} one lacks detail at the back.`
        return {
          kind: 'decided',
          winner,
          issues,
          transcript: { l, r, left: sha256Hex(left.png), right: sha256Hex(right.png) },
        }
      },
    },
    builder: {
      build: async ({ repo, commit }) => ({ status: 'success', image: `registry.example.org/${repo}:${commit}` }),
    },
    pods: {
      id: 'synthetic-pods',
      async start(image, name) {
        const who = image.replace('registry.example.org/', '').replace(':', '@')
        return {
          ok: true,
          pod: {
            id: name,
            async generate({ name: stem }) {
              const bytes = model(who, stem)
              return bytes === undefined
                ? { ok: false, fault: 'image', detail: 'HTTP 500' }
                : { ok: true, bytes, seconds: 20 + (bytes.length % 7) / 4 }
            },
            stop: async () => undefined,
          },
        }
      },
    },
  }
}

/** Objects in memory, until they are let go. */
export class MemoryStore implements ObjectStore {
  readonly id = 'memory'
  readonly #objects = new Map<string, Uint8Array>()

  async put(key: string, bytes: Uint8Array): Promise<void> {
    if (!this.#objects.has(key)) this.#objects.set(key, bytes)
  }

  async receive(chunks: AsyncIterable<Uint8Array>): Promise<Incoming> {
    const bytes = Buffer.concat(await Array.fromAsync(chunks))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const keep = (key: string) => this.put(key, bytes)
    return { sha256, size: bytes.length, keep, [Symbol.asyncDispose]: async () => undefined }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#objects.get(key)
  }

  async has(key: string): Promise<boolean> {
    return this.#objects.has(key)
  }

  url(key: string): string {
    return `https://objects.example.org/${key}`
  }

  clear(): void {
    this.#objects.clear()
  }
}
