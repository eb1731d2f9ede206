/** What the made-up model says to each kind of question, by the name of the schema that it is asked to keep. */
import type { Eyes } from './eyes.ts'
import { penaltiesOf, type Temper } from './temper.ts'

/** Nothing but background: the least that a view of an object differs from, by far. */
const GARBAGE = 0.6

export async function replyTo(
  name: string | undefined,
  pictures: readonly Uint8Array[],
  eyes: Eyes,
  temper: Temper,
  question: string,
): Promise<unknown> {
  const [prompt, first, second] = pictures as [Uint8Array, Uint8Array, Uint8Array]
  switch (name) {
    case 'checklist':
      return {
        main_object: 'a disc',
        features: ['round', 'red', 'large', 'flat'].map((feature) => ({ feature, category: 'shape' })),
      }
    case 'checklist-answers': {
      // Without the prompt image: by how much there is to see.
      const share = await eyes.ink(prompt)
      const answer = share > 0.3 ? 'yes' : share > 0.1 ? 'partial' : 'no'
      return { answers: [answer, answer, answer, answer], main_object_correct: share > 0.1 }
    }
    case 'side-guard':
      return { verdict: (await eyes.distance(first, prompt)) > GARBAGE ? 'garbage' : 'ok' }
    default: {
      const seen = await eyes.see(prompt, first, second)
      const issues = `It is ${(100 * seen.first).toFixed(1)} % off in the first, ${(100 * seen.second).toFixed(1)} % in the second.`
      if (name === 'explanation') return { issues }
      const [penalty_1, penalty_2] = penaltiesOf(temper, question, seen)
      return { penalty_1, penalty_2, issues }
    }
  }
}
