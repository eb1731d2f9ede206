import { describe, expect, it } from 'vitest'
import { drawUnseen, unseenRefusal } from '../../src/rules/anti-replay.ts'
import { explainAudit } from '../../src/rules/audit-reasons.ts'
import { auditReasons } from '../../src/state/audits.ts'
import type { Output, Outputs } from '../../src/state/outputs.ts'

const url = (stem: string) => `https://prompts.test/${stem}.png`
const pool = Array.from({ length: 40 }, (_, at) => url(`p${at}`))
const made = (glb_sha256: string | undefined): Output => ({
  ...{
    glb: glb_sha256 ? 'x' : null,
    png: glb_sha256 ? 'y' : null,
    generation_time: 1,
    size: 1,
    attempts: 1,
    distance: 0,
  },
  ...(glb_sha256 ? { glb_sha256 } : { failure: 'status 500' }),
})
const answers = (...models: (string | undefined)[]): Outputs =>
  Object.fromEntries(models.map((model, at) => [`u${at}`, made(model)]))
const submitted: Outputs = { a: made('A'), b: made('B') }
const draw = {
  seed: 5,
  hotkey: 'bob',
  submitted: { bob: submitted, ann: { a: made('C') } },
  pool,
  handedOut: pool.slice(0, 10),
  count: 4,
}

describe('unseen prompts', () => {
  it('are of the pool, none of the round’s, each once and with a seed of its own', () => {
    const drawn = drawUnseen(draw)
    expect(new Set(drawn.map((each) => each.url)).size).toBe(4)
    expect(drawn.filter((each) => draw.handedOut.includes(each.url) || each.seed === draw.seed)).toEqual([])
    expect(drawUnseen(draw)).toEqual(drawn)
  })

  it('are others for another hotkey, and as soon as anybody submits anything else', () => {
    const drawn = drawUnseen(draw)
    expect(drawUnseen({ ...draw, hotkey: 'ann' })).not.toEqual(drawn)
    expect(drawUnseen({ ...draw, submitted: { ...draw.submitted, ann: { a: made('D') } } })).not.toEqual(drawn)
  })

  it('are the round’s own with another seed where the pool has no more', () => {
    const drawn = drawUnseen({ ...draw, handedOut: pool.slice(0, 38) })
    expect(drawn.filter((each) => pool.indexOf(each.url) < 38)).toHaveLength(2)
    expect(drawUnseen({ ...draw, pool: pool.slice(0, 2), handedOut: pool.slice(0, 2) })).toHaveLength(2)
  })
})

describe('an image is refused', () => {
  it.each([
    ['answers with models of its own', answers('W', 'X', 'Y', 'Z'), undefined],
    ['has bad luck half of the time', answers('W', 'X', undefined, 'A'), undefined],
    ['answers with what was submitted', answers('A', 'B', 'A', 'Y'), 'repeats-known-models'],
    ['answers always the same', answers('X', 'X', 'X', 'X'), 'repeats-known-models'],
    ['fails', answers(undefined, undefined, undefined, 'X'), 'fails-on-unseen-prompts'],
  ])('unless it is one that … %s', (_, given, code) => {
    expect(unseenRefusal(given, submitted)?.code).toBe(code)
  })

  const looking = (pixels: string, model: string): Output => ({ ...made(model), pixels_sha256: pixels })
  const padded = { u0: looking('pA', 'A+'), u1: looking('pB', 'B+'), u2: looking('pC', 'Y') }

  it('that adds a byte to what was submitted, or to what it answers always', () => {
    const given = { a: looking('pA', 'A'), b: looking('pB', 'B') }
    expect(unseenRefusal(padded, given)?.code).toBe('repeats-known-models')
    const always = { u0: looking('p', 'X1'), u1: looking('p', 'X2') }
    expect(unseenRefusal(always, given)?.code).toBe('repeats-known-models')
  })

  it('not for what a renderer draws of any model', () => {
    const blank = (stem: string) => looking('blank', stem)
    const given = { a: blank('A'), b: blank('B') }
    expect(unseenRefusal({ u0: blank('W'), u1: blank('X') }, given)).toBeUndefined()
  })

  it('not for the same model for the same picture: it may do without a seed', () => {
    expect(unseenRefusal({ a: made('A'), b: made('B') }, submitted)).toBeUndefined()
  })
})

it('every reason is explained', () => {
  for (const code of auditReasons) expect(explainAudit(code).remedy).not.toMatch(/newer version/)
  expect(explainAudit('of-tomorrow').remedy).toMatch(/newer version/)
})
