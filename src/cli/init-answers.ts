/** Asks what no option has answered. A bad answer is told at once, with what was expected, and the question is asked again. */

import { configProblems, type FoundingProblem } from '../engine/founding-problems.ts'
import { isError } from '../errors.ts'
import type { Dialogue } from './dialogue.ts'
import { configWith } from './init-plan.ts'
import { type AnswerName, type Answers, type Basis, type Question, questions } from './init-questions.ts'

/** What can only be found out by asking elsewhere: whether there is such a chain, bucket, subnet. */
export type Probe = (name: AnswerName, answers: Answers) => Promise<void>

/** @throws RoundkeeperError `aborted` */
export async function askForAnswers(given: Answers, basis: Basis, dialogue: Dialogue, probe: Probe): Promise<Answers> {
  let answers = given
  for (const question of questions) {
    if (answers[question.name] !== undefined || question.applies?.(answers) === false) continue
    answers = { ...answers, [question.name]: await askUntilGood(question, answers, basis, dialogue, probe) }
    const told = await question.tells?.(answers, basis)
    if (told !== undefined) dialogue.say(`  ${told}`)
  }
  return answers
}

async function askUntilGood(question: Question, given: Answers, basis: Basis, dialogue: Dialogue, probe: Probe) {
  const { name, asks } = question
  const usual = question.usual(given, basis)
  for (;;) {
    const said = (await dialogue.ask(`${asks}${usual === undefined ? '' : ` [${usual}]`}: `)).trim()
    const answer = said === '' ? usual : said
    if (answer === undefined) {
      dialogue.say('  This one has no usual answer.')
      continue
    }
    const problem = await problemOf(question, answer, given, basis)
    const told =
      problem ?? (await Promise.race([tried(() => probe(name, { ...given, [name]: answer })), dialogue.stopped]))
    if (told === undefined) return answer
    dialogue.say(`  ${told}`)
  }
}

/** What is wrong with an answer, as a sentence or two. */
export async function problemOf(
  question: Question,
  answer: string,
  given: Answers,
  basis: Basis,
): Promise<string | undefined> {
  const expected = await expectedOf(question, answer, given, basis)
  if (expected !== undefined) return expected
  const broken = brokenRule(question, { ...given, [question.name]: answer }, basis)
  return broken && `Expected ${broken.expected}. ${broken.remedy}`
}

async function expectedOf({ expects, choices, usual }: Question, answer: string, given: Answers, basis: Basis) {
  if (choices !== undefined && !choices.includes(answer) && answer !== usual({}, basis))
    return `Expected ${choices.join(' or ')}.`
  return tried(async () => expects?.(answer, given))
}

/** The rule of config.json that it breaks. */
function brokenRule({ field }: Question, answers: Answers, { config }: Basis): FoundingProblem | undefined {
  if (field === undefined) return undefined
  return configProblems(configWith(config, answers)).find((each) => each.field === `config.json: ${field}`)
}

async function tried(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    const expected = await work()
    return typeof expected === 'string' ? `Expected ${expected}.` : undefined
  } catch (error) {
    if (!isError(error) || error.code === 'aborted') throw error
    return `${error.message}. ${error.hint ?? ''}`.trim()
  }
}
