import { describe, expect, it } from 'vitest'
import { evaluate, interpolate, type Scope } from './expressions.ts'

const scope: Scope = {
  contexts: { vars: { A: 'a', EMPTY: '' }, needs: { due: { outputs: { shards: '["1/2"]' } } }, github: { run_id: 7 } },
  status: 'failure',
}
/** As a workflow has it. */
const spelt = (inside: string) => ['$', `{{ ${inside} }}`].join('')

describe('the expressions of the runner in tests', () => {
  it.each([
    ["vars.A != ''", true],
    ["vars.EMPTY != ''", false],
    ["vars.NONE != ''", false],
    ["vars.NONE == 'x'", false],
    ["vars.A == 'A'", true],
    ["vars.NONE || 'other'", 'other'],
    ["vars.A && 'yes' || 'no'", 'yes'],
    ["!(vars.A == 'b') && github.run_id == 7", true],
    ["format('{0}-{1}', vars.A, github.run_id)", 'a-7'],
    ['fromJSON(needs.due.outputs.shards)', ['1/2']],
    ['success()', false],
    ['always() && !cancelled()', true],
    ["'it''s'", "it's"],
    ['vars.A.b.c', null],
  ])('%s is %j', (source, value) => {
    expect(evaluate(source, scope)).toEqual(value)
  })

  it('stand in texts, and keep their type where they are all of it', () => {
    expect(interpolate(`x-${spelt('vars.A')}-${spelt('vars.NONE')}`, scope)).toBe('x-a-')
    expect(interpolate(spelt('fromJSON(needs.due.outputs.shards)'), scope)).toEqual(['1/2'])
  })

  it.each(['env.A', "hashFiles('x')", 'vars.A <', "vars['A']", 'vars.A vars.B', '('])('do not know %s', (source) => {
    expect(() => evaluate(source, scope)).toThrow()
  })
})
