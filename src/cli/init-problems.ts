/** What keeps a competition from being founded, all of it at once. */
import type { FoundingProblem } from '../engine/founding-problems.ts'
import { RoundkeeperError } from '../errors.ts'
import { problemOf } from './init-answers.ts'
import { type Answers, type Basis, questions } from './init-questions.ts'

const MAX_LISTED = 20
const MAX_SHOWN = 120

interface Given {
  readonly answers: Answers
  readonly configFile?: string | undefined
}

/** @throws `usage` naming all of them: nobody should have to correct one to hear of the next */
export function refuseProblems(problems: readonly FoundingProblem[], { answers, configFile }: Given): void {
  if (problems.length === 0) return
  const lines = problems.slice(0, MAX_LISTED).map(({ field, found, expected, remedy }) => {
    const shown = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, MAX_SHOWN)
    return `\n  ${flagOf(field, answers) ?? field}: found ${shown}, expected ${expected}. ${remedy}`
  })
  const more = problems.length > lines.length ? `\n  and ${problems.length - lines.length} more` : ''
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  throw new RoundkeeperError('usage', `nothing was made, because of ${count}:${lines.join('')}${more}`, {
    where: `${configFile ?? "the template's config.json"}, ${answers.prompts}`,
    hint: 'Correct what is listed, then run `init` again.',
  })
}

/** Of a field that an option set. */
function flagOf(field: string, answers: Answers): string | undefined {
  const question = questions.find((each) => each.field !== undefined && field === `config.json: ${each.field}`)
  return question !== undefined && answers[question.name] !== undefined ? question.flag.split(' ')[0] : undefined
}

/** What options say that they cannot mean. @throws `usage` naming all of them */
export async function refuseAnswers(answers: Answers, basis: Basis): Promise<void> {
  const problems: string[] = []
  for (const question of questions) {
    const answer = answers[question.name]
    // A rule of config.json is told with all others of its kind.
    const problem =
      answer === undefined ? undefined : await problemOf({ ...question, field: '' }, answer, answers, basis)
    if (problem !== undefined)
      problems.push(`\n  ${question.flag.split(' ')[0]}: ${JSON.stringify(answer)}. ${problem}`)
  }
  const { judge, judgeModel } = answers
  if (judge !== undefined && judge !== 'offline' && !judgeModel)
    problems.push('\n  --judge-model: nothing. Expected the name of the model, as the API of --judge knows it.')
  if (problems.length === 0) return
  throw new RoundkeeperError('usage', `nothing was made:${problems.join('')}`, {
    hint: 'Correct what is listed; `roundkeeper init --help` has examples.',
  })
}
