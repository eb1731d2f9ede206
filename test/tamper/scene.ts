/** A finished, signed demo competition with its store, played once; what it takes to change it and to look at it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runDemo } from '../../src/demo/demo.ts'
import { OfflineJudge } from '../../src/judge/offline-judge.ts'
import { ClassicalDistance, promptDistance } from '../../src/media/classical-distance.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { PixelCanaryPictures } from '../../src/media/pixel-canary-pictures.ts'
import { pixelsOf } from '../../src/media/pixels-of.ts'
import { WorkerRenderer } from '../../src/media/worker-renderer.ts'
import { PrivateKey } from '../../src/signing/private-key.ts'
import type { Signer } from '../../src/signing/signer.ts'
import { openObjects } from '../../src/store/source/open-objects.ts'
import type { EvidenceRequest } from '../../src/verify/evidence/index.ts'
import type { Planned } from '../support/memory-history.ts'
import { plansAt } from '../support/rewrite.ts'

export interface Scene extends AsyncDisposable {
  readonly dir: string
  readonly plans: readonly Planned[]
  /** Keys of the engine and of the operator, by the address that they commit with. */
  readonly signers: Readonly<Record<string, Signer>>
  /** Looks at the evidence itself; what was found to hold once is not fetched again. */
  readonly evidence: EvidenceRequest
}

export async function openScene(): Promise<Scene> {
  const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-tamper-'))
  const { report } = await runDemo({
    chain: 'clock',
    renderer: new CpuRenderer(),
    dir,
    seed: 1,
    artifact: 'glb',
    scale: { rounds: 3, pool: 12, prompts: 4, carryover: 1, previewSize: 48 },
    signal: new AbortController().signal,
    onEvent: () => undefined,
  })
  if (report.status !== 'finished') throw new Error(`the demo is ${report.status}`)
  const signers: Record<string, Signer> = {}
  for (const who of ['engine', 'operator'])
    signers[`${who}@demo`] = PrivateKey.parse(await readFile(join(dir, 'keys', who), 'utf8'), who)
  const source = await openObjects(join(dir, 'store'))
  const renderer = new WorkerRenderer({ workers: 2 })
  const facts = new Set<string>()
  const plans = (await plansAt(join(dir, 'state.git'))).map((plan) => ({
    ...plan,
    signer: signers[plan.by?.email ?? ''],
  }))
  return {
    dir,
    plans,
    signers,
    evidence: {
      source,
      renderer,
      distance: new ClassicalDistance(),
      judge: new OfflineJudge({ distance: promptDistance }),
      canaryPictures: new PixelCanaryPictures(),
      pixelsOf,
      facts: { has: (fact) => facts.has(fact), add: async (fact) => void facts.add(fact) },
    },
    async [Symbol.asyncDispose]() {
      await renderer.close()
      await source[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
