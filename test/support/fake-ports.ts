import type { Ports } from '../../src/formats/generation-3d/index.ts'
import { sha256Hex } from '../../src/rules/digest.ts'
import { downloaderOf } from './fake-downloader.ts'

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const decode = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as FakeModel

/** A model that is nothing but how good it is; its preview is the same text. */
export interface FakeModel {
  readonly q: number
  readonly who: string
  readonly stem: string
}

export interface FakeMiner {
  readonly hotkey: string
  readonly repo: string
  readonly commit: string
  /** Quality of what it uploads for a prompt; null: nothing is there. */
  uploads(stem: string): number | null
  /** Quality of what its image makes; null: the image fails. */
  makes(stem: string): number | null
}

export const cdnOf = (miner: { repo: string }) => `https://cdn.test/${miner.repo.replace('/', '-')}`

/** Every port of the image-to-3D format but the store, on numbers instead of pictures: instant, and easy to predict. */
export function fakePorts(miners: readonly FakeMiner[]): Omit<Ports, 'store'> {
  const model = (miner: FakeMiner, stem: string, q: number) => encode({ q, who: miner.repo, stem } satisfies FakeModel)
  return {
    downloader: downloaderOf(async (url) => {
      const path = new URL(url)
      if (path.hostname === 'prompts.test') return { ok: true, bytes: encode({ prompt: path.pathname }) }
      const stem =
        path.pathname
          .split('/')
          .at(-1)
          ?.replace(/\.\w+$/, '') ?? ''
      const miner = miners.find((candidate) => url.startsWith(`${cdnOf(candidate)}/`))
      const q = miner?.uploads(stem) ?? null
      if (miner === undefined || q === null)
        return { ok: false, fault: 'source', code: 'http_404', detail: '404 Not Found' }
      return { ok: true, bytes: model(miner, stem, q) }
    }),
    renderer: {
      id: 'fake-renderer/1',
      deterministic: true,
      async render(_kind, bytes) {
        return { ok: true, png: bytes, width: 1, height: 1, pixelsSha256: sha256Hex(bytes) }
      },
    },
    distance: {
      id: 'fake-distance/1',
      deterministic: true,
      distance: async (a, b) => Math.abs(decode(a).q - decode(b).q),
    },
    judge: {
      id: 'fake-judge/1',
      deterministic: true,
      async judge({ left, right }) {
        const [l, r] = [decode(left.png).q, decode(right.png).q]
        return {
          kind: 'decided',
          winner: l === r ? 'draw' : l > r ? 'left' : 'right',
          issues: `${l} : ${r}`,
          transcript: { l, r },
        }
      },
    },
    builder: {
      async build({ repo, commit }) {
        const miner = miners.find((candidate) => candidate.repo === repo && candidate.commit === commit)
        return miner ? { status: 'success', image: `fake:${repo}@${commit}` } : { status: 'not_found', image: null }
      },
    },
    pods: {
      id: 'fake-pods',
      async start(image, name) {
        const miner = miners.find((candidate) => `fake:${candidate.repo}@${candidate.commit}` === image)
        if (miner === undefined) return { ok: false, fault: 'image', detail: `no such image: ${image}` }
        return {
          ok: true,
          pod: {
            id: name,
            async generate({ name: stem }) {
              const q = miner.makes(stem)
              if (q === null) return { ok: false, fault: 'image', detail: 'HTTP 500' }
              return { ok: true, bytes: model(miner, stem, q), seconds: 1 }
            },
            stop: async () => undefined,
          },
        }
      },
    },
  }
}
