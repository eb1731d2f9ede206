/** From answers to what is written: config.json, and the operator's settings. Pure. */
import type { Config } from '../state/config.ts'
import type { Answers } from './init-questions.ts'

/** A quarter of the template's rounds come from the round before. */
const CARRIED_SHARE = 4

export function configWith(config: Config, answers: Answers): Config {
  const { name, artifact, netuid, winMargin, throne, firstDate, startTime } = answers
  const { promptsPerRound, roundDays, generationMinutes } = answers
  return {
    ...config,
    ...(name !== undefined && { name }),
    ...(firstDate !== undefined && { first_evaluation_date: firstDate }),
    ...(startTime !== undefined && { round_start_time: startTime }),
    ...(generationMinutes !== undefined && { generation_stage_minutes: Number(generationMinutes) }),
    ...(winMargin !== undefined && { win_margin: Number(winMargin) }),
    ...(promptsPerRound !== undefined && roundOf(Number(promptsPerRound), config)),
    ...(roundDays !== undefined && { round_duration_days: Number(roundDays) }),
    ...(netuid !== undefined && { netuid: Number(netuid) }),
    ...(artifact !== undefined && { settings: { ...config.settings, artifact } }),
    ...(throne !== undefined && { judging: { ...config.judging, throne: throne as Throne } }),
  }
}

type Throne = NonNullable<NonNullable<Config['judging']>['throne']>

const roundOf = (prompts: number, { carryover_prompts: carried }: Config) => ({
  prompts_per_round: prompts,
  carryover_prompts: carried <= prompts / 2 ? carried : Math.floor(prompts / CARRIED_SHARE),
})

export const listIn = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '')

/** Of notifications. */
export const kindsIn = (text: string) => (text === 'none' ? [] : listIn(text))

/** `judge` in roundkeeper.json. */
export function judgeFrom({ judge, judgeKind = 'penalty', judgeModel = '', judgeKeyEnv }: Answers) {
  if (judge === undefined || judge === 'offline') return undefined
  const key = judgeKeyEnv === undefined || judgeKeyEnv === 'none' ? {} : { api_key_env: judgeKeyEnv }
  return { kind: judgeKind, model: judgeModel, endpoints: [{ url: judge, ...key }] }
}

/** `pods` in roundkeeper.json. */
export const podsFrom = ({ providers }: Answers) =>
  providers === undefined ? undefined : { providers: listIn(providers) }

/** `notifications` in roundkeeper.json; whatever else they may say is as usual. */
export const notificationsFrom = ({ notify }: Answers) =>
  notify === undefined || notify === 'none' ? undefined : kindsIn(notify).map((kind) => ({ kind }))
