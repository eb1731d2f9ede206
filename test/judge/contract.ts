import { describe, expect, it } from 'vitest'
import type { Judge, Question, Verdict } from '../../src/judge/judge.ts'

const never = new AbortController().signal
const mirrored = { left: 'right', right: 'left', draw: 'draw' } as const
const decided = (verdict: Verdict) => {
  if (verdict.kind === 'void') throw new Error(verdict.cause)
  return verdict
}

/** What every Judge does. @param questions at least one that is not a draw */
export function judgeContract(name: string, judge: () => Judge, questions: readonly Question[]): void {
  describe(`${name} as a judge`, () => {
    it('names itself and its version', () => {
      expect(judge().id).toMatch(/^[\w.-]+\/\S+$/)
    })

    it('decides something', async () => {
      const verdicts = await Promise.all(questions.map((question) => judge().judge(question, never)))
      expect(verdicts.some((verdict) => verdict.kind === 'decided' && verdict.winner !== 'draw')).toBe(true)
    })

    it.each(questions.map((question) => [question.prompt.name, question] as const))(
      'answers %s the same again, and mirrored when the sides are swapped',
      async (_, question) => {
        const verdict = decided(await judge().judge(question, never))
        expect(await judge().judge(question, never)).toEqual(verdict)
        const swapped = decided(await judge().judge({ ...question, left: question.right, right: question.left }, never))
        expect(swapped.winner).toBe(mirrored[verdict.winner])
      },
    )

    it.each(questions.map((question) => [question.prompt.name, question] as const))(
      'says of %s in words and in a record why',
      async (_, question) => {
        const { issues, transcript } = decided(await judge().judge(question, never))
        expect(issues.length).toBeGreaterThan(0)
        expect(issues.length).toBeLessThan(2000)
        expect(JSON.parse(JSON.stringify(transcript))).toEqual(transcript)
        expect(JSON.stringify(transcript)).toContain(judge().id)
      },
    )

    it('calls a side against itself a draw', async () => {
      const question = questions[0]!
      const verdict = decided(await judge().judge({ ...question, right: question.left }, never))
      expect(verdict.winner).toBe('draw')
    })

    it('stops when it is told to', async () => {
      const stopped = judge().judge(questions[0]!, AbortSignal.abort())
      await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
    })
  })
}
