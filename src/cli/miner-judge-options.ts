/** What `judge` is told: prompts, sides, and who judges. */
import { basename, resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { SystemClock } from '../engine/system-clock.ts'
import { RoundkeeperError } from '../errors.ts'
import type { Judge } from '../judge/judge.ts'
import { type LocalPrompts, promptLines, promptsJson } from '../miner/judge-prompts.ts'
import { judgeSchema } from './judge-settings.ts'
import type { Face } from './miner-options.ts'
import { operatorJudge } from './operator-judge.ts'

export interface JudgeOptions {
  readonly promptFile?: string
  readonly promptsJson?: string
  readonly imageDir1: string
  readonly imageDir2: string
  readonly endpoint?: string
  readonly seed?: number
  readonly outputFile?: string
  readonly outputDir?: string
  readonly concurrency: number
  readonly judge?: string
  readonly model?: string
  readonly revision?: string
  readonly winMargin: number
  readonly json?: boolean
}

/** All that there are. */
export const JUDGE_KINDS: readonly string[] = judgeSchema.options.flatMap(({ shape }) =>
  [...shape.kind._zod.values].map(String),
)

/** Those that the original asks. */
const MODELS: Readonly<Record<string, string>> = {
  penalty: 'zai-org/GLM-4.1V-9B-Thinking',
  multistage: 'glm-4.6v-flash',
}
export const promptsOf = ({ promptFile, promptsJson: json }: JudgeOptions): Promise<LocalPrompts> => {
  if (promptFile !== undefined) return promptLines(resolve(promptFile))
  if (json !== undefined) return promptsJson(resolve(json))
  throw usage('which prompts?', '--prompt-file', 'Give --prompt-file, or --prompts-json.')
}

/** @throws `usage` */
export function judgeOf(face: Face, options: JudgeOptions): Judge {
  const { endpoint, revision, concurrency } = options
  // The original's newer tool, which reads its prompts from JSON, judges in stages.
  const usual = face === 'original' && options.promptsJson !== undefined ? 'multistage' : 'penalty'
  const kind = options.judge ?? (endpoint === undefined ? undefined : usual)
  const model = options.model ?? MODELS[kind ?? '']
  if (kind === undefined)
    throw usage(
      'who judges?',
      '--endpoint',
      'Give the --endpoint of a vision-language model, or --judge offline, which needs none.',
    )
  const clock = new SystemClock()
  if (kind === 'offline') return operatorJudge({ kind }, clock)
  if (endpoint === undefined)
    throw usage(
      `the judge ${kind} asks a model, and has no endpoint`,
      '--endpoint',
      'Give the address of an OpenAI-compatible API.',
    )
  const url = endpoint.replace(/\/+$/, '')
  const settings = judgeSchema.safeParse({
    ...{ kind, model, ...(revision !== undefined && { revision }) },
    endpoints: [{ url: url.endsWith('/v1') ? url : `${url}/v1`, concurrency }],
  })
  if (settings.success) return operatorJudge(settings.data, clock)
  throw usage(settings.error.issues[0]?.message ?? 'no such judge', '--endpoint', 'Correct the option.')
}

export function outputOf({ outputFile, outputDir, promptsJson: json }: JudgeOptions): string {
  if (outputFile !== undefined) return resolve(outputFile)
  return resolve(outputDir ?? (json === undefined ? '.' : 'judge-results'), 'duels.json')
}

/** As the report calls the sides. */
export function namesOf({ imageDir1, imageDir2 }: JudgeOptions): { left: string; right: string } {
  const [left, right] = [basename(resolve(imageDir1)), basename(resolve(imageDir2))]
  return left === right ? { left: resolve(imageDir1), right: resolve(imageDir2) } : { left, right }
}

export const usage = (message: string, where: string, hint: string) =>
  new RoundkeeperError('usage', message, { where, hint })

export function seedOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A whole number from 0 on.')
}

export function shareOf(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('A share from 0 to 1.')
}
