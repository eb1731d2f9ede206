import { FairShare } from '../../engine/fair-share.ts'
import type { Format } from '../../engine/format.ts'
import { collect } from './collect.ts'
import { crown } from './crown.ts'
import { evidenceIn } from './evidence-kinds.ts'
import { jobs, work } from './jobs.ts'
import { checkJudging } from './judging-problems.ts'
import { judgeMatch } from './match.ts'
import { PERFORMED, perform } from './perform.ts'
import { plan } from './plan.ts'
import type { Ports } from './ports.ts'
import { handOut } from './prompts.ts'
import { revealSchema } from './reveal.ts'
import { checkThrone } from './second-judge.ts'
import { sweep } from './sweep.ts'
import { tidy } from './tidy.ts'

export type { Ports } from './ports.ts'
export { type Settings, settingsOf } from './settings.ts'

/** Image-to-3D, winner stays in: prompts are pictures, entries are models, matches are judged prompt by prompt. */
export function generation3d(ports: Ports): Format {
  const share = new FairShare(ports.shares)
  return {
    id: 'generation-3d',
    reveals: revealSchema,
    announce: async (round) => {
      checkJudging(ports, round.config)
      checkThrone(ports, round.config)
      return undefined
    },
    handOut: (round, { seed }) => handOut(round, seed),
    atDeadline: (round, context) => sweep(ports, share, round, context),
    collect: (round, entries, context) => collect(ports, share, round, entries, context),
    plan,
    judge: (round, contest, context) => judgeMatch(ports, round, contest, context),
    tidy: (round, context) => tidy(ports, round, context),
    jobs,
    work: (round, job, context) => work(ports, round, job, context),
    crown,
    performed: PERFORMED,
    perform: (task, hands) => perform(ports, share, task, hands),
    evidence: evidenceIn,
  }
}
