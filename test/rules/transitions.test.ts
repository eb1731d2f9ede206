import { describe, expect, it } from 'vitest'
import { isLegal, ownersOf, transitions } from '../../src/rules/transitions.ts'
import { type Stage, stages } from '../../src/state/state.ts'

describe('the stage machine', () => {
  const legal: [Stage, Stage][] = [
    ['open', 'miner_generation'],
    ['open', 'finalizing'],
    ['miner_generation', 'downloading'],
    ['downloading', 'duels'],
    ['duels', 'finalizing'],
    ['duels', 'paused'],
    ['finalizing', 'open'],
    ['finalizing', 'finished'],
    ['finalizing', 'paused'],
    ['paused', 'duels'],
    ['finished', 'finalizing'],
  ]
  it.each(legal)('lets %s become %s', (from, to) => expect(isLegal(from, to)).toBe(true))

  const illegal: [Stage, Stage][] = [
    ['finalizing', 'duels'],
    ['finalizing', 'downloading'],
    ['downloading', 'open'],
    ['open', 'duels'],
    ['finished', 'open'],
    ['finished', 'paused'],
    ['paused', 'finished'],
  ]
  it.each(illegal)('does not let %s become %s', (from, to) => expect(isLegal(from, to)).toBe(false))

  it('never stays where it is, and can be paused and resumed in every running stage', () => {
    for (const stage of stages) {
      expect(isLegal(stage, stage)).toBe(false)
      if (ownersOf(stage).length > 0) expect(isLegal(stage, 'paused') && isLegal('paused', stage)).toBe(true)
    }
  })

  it('reaches every stage from the first one', () => {
    const reached = new Set<Stage>(['open'])
    for (const stage of reached) for (const next of transitions[stage]) reached.add(next)
    expect([...reached].sort()).toEqual([...stages].sort())
  })

  it('has an owner wherever something has to be done', () => {
    expect(ownersOf('open')).toEqual(['collector'])
    expect(ownersOf('miner_generation')).toEqual(['collector', 'auditor'])
    expect(ownersOf('downloading')).toEqual(['collector', 'auditor'])
    expect(ownersOf('duels')).toEqual(['judge', 'auditor'])
    expect(ownersOf('finalizing')).toEqual(['round-manager'])
    expect(ownersOf('paused')).toEqual([])
    expect(ownersOf('finished')).toEqual([])
  })
})
