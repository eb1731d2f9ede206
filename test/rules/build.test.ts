import { describe, expect, it } from 'vitest'
import { type BuildAnswer, isBuildSettled, recordedBuild } from '../../src/rules/build.ts'
import { pinnedImage } from '../../src/rules/image.ts'
import { winnerRecord } from '../../src/rules/winner.ts'
import { type Build, buildStatuses } from '../../src/state/builds.ts'
import fc from '../support/properties.ts'

const digest = `sha256:${'d'.repeat(64)}`
const source = { repo: 'o/r', commit: 'c'.repeat(40), revealed_at_block: 1, tag: 'ccccccc-tiny-3' }
const recorded = (answer: BuildAnswer, pastDue: boolean): Build => ({ ...source, ...recordedBuild(answer, pastDue) })

const answers = fc.record(
  {
    status: fc.constantFrom(...buildStatuses),
    image: fc.constantFrom(null, 'r.test/a:b'),
    digest: fc.constant(digest),
    detail: fc.string(),
    provisional: fc.boolean(),
  },
  { requiredKeys: ['status', 'image'] },
)
const looks = fc.array(fc.tuple(answers, fc.boolean()), { maxLength: 6 })

describe('what is recorded of a build', () => {
  it('is what the builder says, with the digest and the reasons', () => {
    const answer = {
      status: 'success',
      image: 'r.test/a:b',
      digest,
      logUrl: 'https://x.test/1',
      detail: '2 GB',
    } as const
    expect(recordedBuild(answer, false)).toEqual({
      status: 'success',
      docker_image: 'r.test/a:b',
      image_digest: digest,
      log_url: 'https://x.test/1',
      detail: '2 GB',
    })
  })

  it('is pending, and never final, where a look before the audits are due found nothing', () => {
    expect(recordedBuild({ status: 'not_found', image: null }, false)).toEqual({
      status: 'pending',
      docker_image: null,
    })
    expect(recordedBuild({ status: 'not_found', image: null }, true).status).toBe('not_found')
    const cancelled = { status: 'failure', image: null, provisional: true, detail: 'cancelled' } as const
    expect(recordedBuild(cancelled, false)).toEqual({ status: 'pending', docker_image: null, detail: 'cancelled' })
    expect(recordedBuild(cancelled, true)).toMatchObject({ status: 'failure', detail: 'cancelled' })
  })

  it('never ends, whatever the looks, by what another look may change, before the audits are due', () => {
    fc.assert(
      fc.property(looks, (seen) => {
        let build: Build | undefined
        for (const [answer, pastDue] of [...seen].sort(([, a], [, b]) => Number(a) - Number(b))) {
          if (isBuildSettled(build, pastDue)) break
          build = recorded(answer, pastDue)
          const open = answer.provisional ?? answer.status === 'not_found'
          if (!pastDue && open) expect(isBuildSettled(build, true)).toBe(false)
        }
      }),
    )
  })
})

describe('what runs', () => {
  it.each([
    ['r.test/a/b:tag', `r.test/a/b@${digest}`],
    ['r.test:5000/a/b:tag', `r.test:5000/a/b@${digest}`],
    ['r.test:5000/a/b', `r.test:5000/a/b@${digest}`],
    [`r.test/a@sha256:${'e'.repeat(64)}`, `r.test/a@${digest}`],
    [`r.test/a:tag@sha256:${'e'.repeat(64)}`, `r.test/a@${digest}`],
  ])('of %s is what the digest names', (image, pinned) => {
    expect(pinnedImage(image, digest)).toBe(pinned)
  })

  it('is the image as it is on record where there is no digest', () => {
    expect(pinnedImage('local:o/r@c', undefined)).toBe('local:o/r@c')
  })

  it('is named in the record of a winner', () => {
    const submission = { repo: 'o/r', commit: 'c', revealed_at_block: 1, round: 'tiny-3' }
    const build = recorded({ status: 'success', image: 'r.test/a:b', digest }, false)
    const winner = winnerRecord({ hotkey: 'me', leader: undefined, submission, build })
    expect(winner).toMatchObject({ docker_image: 'r.test/a:b', image_digest: digest })
    const leader = { hotkey: 'me', docker: 'r.test/a:b', weight: 1, effective_block: 1, image_digest: digest }
    const defended = winnerRecord({ hotkey: 'leader', leader, submission: undefined, build: undefined })
    expect(defended).toMatchObject({ winner_hotkey: 'leader', image_digest: digest })
  })
})
