import { expect, it } from 'vitest'
import { isEngineOwned } from '../../src/rules/ownership.ts'

it.each([
  'state.json',
  'leader.json',
  'rounds/0/schedule.json',
  'rounds/3/seed.json',
  'rounds/3/5Fabc/duels_leader.json',
  'rounds/3/attempts/1/matches_matrix.csv',
  'rounds/3/notes.txt',
  'rounds/x',
  'interventions/0001.json',
  'interventions/README.md',
])('%s is the engine’s', (path) => expect(isEngineOwned(path)).toBe(true))

it.each([
  'config.json',
  'prompts.txt',
  'rounds/3/source_audit.json',
  'README.md',
  'policy/allowed_signers',
  '.github/workflows/advance.yml',
  'roundsmen.txt',
])('%s is anybody’s', (path) => expect(isEngineOwned(path)).toBe(false))
