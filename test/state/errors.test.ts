import { describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../src/errors.ts'
import { files } from '../../src/state/files.ts'
import { MAX_STATE_FILE_BYTES } from '../../src/state/limits.ts'
import type { AnyStateFile } from '../../src/state/state-file.ts'

function errorOf(file: AnyStateFile, text: string, path: string): RoundkeeperError {
  try {
    file.parse(text, path)
  } catch (error) {
    expect(error).toBeInstanceOf(RoundkeeperError)
    return error as RoundkeeperError
  }
  throw new Error('nothing was thrown')
}

describe('a file of the wrong shape', () => {
  it('is named with field, what was found and what was expected, and where its schema is', () => {
    const error = errorOf(files.leader, '[{"hotkey": 7, "repo": 7, "commit": 7, "docker": 7}]', 'leader.json')
    expect(error.code).toBe('state-file')
    expect(error.where).toBe('leader.json')
    expect(error.hint).toContain('docs/schemas/leader.schema.json')
    expect(error.message).toBe(
      'leader.json: 0.hotkey: found 7, expected a string; 0.repo: found 7, expected a string; ' +
        '0.commit: found 7, expected a string; 0.docker: found 7, expected a string; ' +
        '0.weight: found nothing, expected a finite number; and 1 more',
    )
  })

  it.each<[AnyStateFile, string, string]>([
    [files.state, '[]', 'x: found an empty list, expected an object'],
    [files.state, 'null', 'x: found null, expected an object'],
    [files.state, '{"current_round": 1.5, "stage": "open"}', 'x: current_round: found 1.5, expected an integer'],
    [
      files.state,
      '{"current_round": 1, "stage": "Open"}',
      'x: stage: found "Open", expected "open" or "miner_generation"',
    ],
    [files.seed, '{"seed": 12345678901234567890}', 'x: seed: found 12345678901234567890, expected an integer'],
    [files.seed, '{"seed": 1e999}', 'x: seed: found 1e999, expected an integer'],
    [
      files.seed,
      '{"seed": 1, "randomness": {"kind": "dice"}}',
      'x: randomness.kind: found "dice", expected one of ["block","drand"]',
    ],
    [files.generated, '{"a": {"distance": "near"}}', 'x: a.distance: found "near", expected a finite number'],
    [files.generated, '{"a": {"glb": 1.0}}', 'x: a.glb: found 1.0, expected a string'],
    [files.podStats, '{"p": {"pod_id": "p", "marked_bad": 1}}', 'x: p.marked_bad: found 1, expected true or false'],
  ])('%#', (file, text, message) => {
    expect(errorOf(file, text, 'x').message).toContain(message)
  })

  it('shows a long value shortened', () => {
    const error = errorOf(files.state, `{"current_round": "${'9'.repeat(1000)}x", "stage": "open"}`, 'x')
    expect(error.message.length).toBeLessThan(200)
  })
})

describe('a file that is not JSON', () => {
  it.each([
    ['{\n  "stage": open\n}', 2, 12],
    ['{\n  "a": 1,\n}', 3, 1],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3],
    ['{"a": "é\n"}', 1, 9],
    ['[1, 2', 1, 6],
    ['{"a": 01}', 1, 8],
    ['{"a": .5}', 1, 7],
    ["{'a': 1}", 1, 2],
    ['{"a": NaN}', 1, 7],
    ['{} {}', 1, 4],
    ['<<<<<<< HEAD\n{}', 1, 1],
    ['', 1, 1],
  ])('%j fails at line %i, column %i', (text, line, column) => {
    const error = errorOf(files.state, text, 'state.json')
    expect(error.message).toContain(`state.json: not JSON at line ${line}, column ${column}: `)
    expect(error.where).toBe(`state.json:${line}:${column}`)
    expect(error.message).not.toMatch(/position|valid JSON/)
  })
})

describe('a hostile file', () => {
  it.each(['[', '{"a":', '[{"":'])('nested deep in %s is refused before it is parsed', (open) => {
    expect(errorOf(files.state, open.repeat(500_000), 'x').message).toBe('x: nested deeper than 64 levels')
  })

  it('may be one string', () => {
    const text = JSON.stringify('\\"'.repeat(5_000_000))
    expect(errorOf(files.state, text, 'x').message).toMatch(/^x: found "[^a-z]*…, expected an object$/)
  })

  it('with a long key gets a short message', () => {
    const error = errorOf(files.builds, `{"${'k'.repeat(1_000_000)}": 1}`, 'x')
    expect(error.message.length).toBeLessThan(200)
  })

  it('may hold brackets in strings', () => {
    const note = JSON.stringify(`${'['.repeat(1000)}\\" ${'{'.repeat(1000)}`)
    expect(files.state.parse(`{"current_round": 1, "stage": "open", "note": ${note}}`, 'x')).toHaveProperty('note')
  })

  it.each<[string, AnyStateFile]>([
    ['JSON', files.state],
    ['text', files.pool],
    ['CSV', files.matrix],
  ])('of too many bytes is refused: %s', (_, file) => {
    const text = ' '.repeat(MAX_STATE_FILE_BYTES - 1)
    expect(errorOf(file, `${text}é`, 'x').message).toContain(`expected at most ${MAX_STATE_FILE_BYTES}`)
  })
})
