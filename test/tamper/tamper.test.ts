import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Planned } from '../support/memory-history.ts'
import { look } from '../support/memory-history.ts'
import { type Crime, crimes, undetectable } from './crimes.ts'
import { Dice } from './dice.ts'
import { isCaught, type Outcome, tableOf } from './rates.ts'
import { openScene, type Scene } from './scene.ts'

/**
 * One line repeats a failure: `TAMPER_SEED=17 TAMPER_RUNS=1 npx vitest run test/tamper`. `npm run catch-rates` writes the
 * table in docs/verification.md.
 */
/** Each crime so often. */
const WHOLE = 20 * Object.keys(crimes).length
const FIRST = Number(process.env.TAMPER_SEED ?? 0)
const RUNS = Number(process.env.TAMPER_RUNS ?? WHOLE)
const isWhole = FIRST === 0 && RUNS === WHOLE
const OUTSIDE = 60
const UNSEEN = 20

describe('one illegal change, anywhere in a finished competition', () => {
  let scene: Scene
  const outcomes: Outcome[] = []

  beforeAll(async () => {
    scene = await openScene()
  })
  afterAll(() => scene[Symbol.asyncDispose]())

  it('is not seen where there is none: every decision is proved', async () => {
    const { findings, decisions, signatures } = await look(scene.plans, { evidence: scene.evidence })
    expect(findings).toEqual([])
    expect(decisions.filter(({ level }) => level !== 'proved')).toEqual([])
    expect(decisions.length).toBeGreaterThan(30)
    expect(signatures).toMatchObject({ demanded: scene.plans.length, trusted: scene.plans.length })
  })

  it(`by somebody who holds its keys is caught, and the commit named, ${RUNS} times`, {
    timeout: 600_000,
  }, async () => {
    const names = Object.keys(crimes)
    for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
      const name = names[seed % names.length] as string
      outcomes.push(await attempt(scene, name, crimes[name] as Crime, seed, signed))
    }
    expect(outcomes.filter((each) => !isCaught(each)).map(described)).toEqual([])
  })

  it('by somebody without a key is caught at once, whatever it is', { timeout: 600_000 }, async () => {
    const all = Object.entries({ ...crimes, ...undetectable })
    for (let seed = FIRST; seed < FIRST + OUTSIDE; seed++) {
      const [name, crime] = all[seed % all.length] as [string, Crime]
      const { there } = await attempt(scene, name, crime, seed, signedUpTo)
      expect(there, name).toContain('signature/missing')
    }
  })

  it.runIf(isWhole)('is told in docs/verification.md as it is caught, and so is what cannot be', async () => {
    for (const [name, crime] of Object.entries(undetectable))
      for (let seed = 0; seed < UNSEEN; seed++) outcomes.push(await attempt(scene, name, crime, seed, signed))
    const table = tableOf(outcomes, (name) => ({ ...crimes, ...undetectable })[name]?.caughtBy ?? '')
    const text = readFileSync(new URL('../../docs/verification.md', import.meta.url), 'utf8')
    const written = text.replace(/(?<=<!-- catch rates -->\n).*(?=<!-- \/catch rates -->)/s, () => `${table}\n`)
    expect(written).toContain(table)
    await expect(written).toMatchFileSnapshot('../../docs/verification.md')
  })
})

type Sign = (scene: Scene, plans: readonly Planned[], position: number) => Planned[]

const signed: Sign = ({ signers }, plans) => plans.map((plan) => ({ ...plan, signer: signers[plan.by?.email ?? ''] }))

/** Signatures that were there stay; what was changed has none, nor has what comes after it. */
const signedUpTo: Sign = (scene, plans, position) =>
  signed(scene, plans, position).map((plan, at) => (at < position ? plan : { ...plan, signer: undefined }))

async function attempt(
  scene: Scene,
  name: string,
  { commit, caughtBy }: Crime,
  seed: number,
  sign: Sign,
): Promise<Outcome> {
  const { plans, position, what } = await commit(scene.plans, new Dice(seed))
  const withStore = caughtBy === 'the record' || sign === signedUpTo ? {} : { evidence: scene.evidence }
  const looked = await look(sign(scene, plans, position), withStore)
  const grave = looked.findings.filter(({ severity }) => severity !== 'note')
  const [there = [], elsewhere = []] = [true, false].map((isThere) => [
    ...new Set(grave.filter(({ commit }) => (commit === looked.oid(position)) === isThere).map(({ code }) => code)),
  ])
  return { crime: name, seed, what, there, elsewhere }
}

const described = ({ crime, seed, what, there, elsewhere }: Outcome) =>
  `seed ${seed}, ${crime} (${what}): there ${there.join(', ') || 'nothing'}, elsewhere ${elsewhere.join(', ') || 'nothing'}`
