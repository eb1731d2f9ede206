import { expect, it } from 'vitest'
import { openAudits } from '../../src/formats/generation-3d/audits.ts'
import { voided } from '../../src/formats/generation-3d/verdict.ts'
import type { Build } from '../../src/state/builds.ts'

const success: Build = {
  ...{ repo: 'o/r', commit: 'c'.repeat(40), revealed_at_block: 1, tag: 't' },
  ...{ status: 'success', docker_image: 'r/i:t' },
}

it('an audit that came to nothing runs again, unless a person has rejected the code in the meantime', () => {
  const round = {
    requests: ['ann', 'bob'].map((hotkey) => ({ hotkey, critical_prompts: [] })),
    generationAudits: { ann: voided('ann'), bob: voided('bob') },
    builds: { ann: success, bob: success },
  }
  expect(openAudits({ ...round, rejected: new Set() }, false)).toEqual(['ann', 'bob'])
  expect(openAudits({ ...round, rejected: new Set(['ann']) }, false)).toEqual(['bob'])
})
