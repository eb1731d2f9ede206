/** A judge is asked about one pair whose answer nobody doubts. That costs what one duel costs. */
import { sha256Hex } from '../../rules/digest.ts'
import { files } from '../../state/index.ts'
import { type Check, type Finding, fail, ok, skipped, together, warn } from '../check.ts'
import { samplePictures } from '../sample-pictures.ts'
import type { JudgeSetup, Setup } from '../setup.ts'

const NOWHERE = 'https://doctor.invalid'

const judgeCheckOf = (field: JudgeSetup['field'], id: string, title: string): Check<Setup> => ({
  id,
  title,
  paid: true,
  async run(setup, signal) {
    const found = setup.judges.find((each) => each.field === field)
    const named = await throneJudgeOf(setup)
    if (found === undefined) {
      if (field === 'second_judge' && named !== undefined)
        return fail(
          'config.json wants a second judge before the crown (judging.throne_judge), and there is none',
          'Set `second_judge` in roundkeeper.json.',
        )
      return skipped('there is none')
    }
    const judge = found.open()
    const isOther = field === 'second_judge' && named !== undefined && named !== judge.id
    const other = fail(
      `it is ${judge.id}, and config.json names ${named}`,
      'Set `second_judge` in roundkeeper.json to the judge that judging.throne_judge names.',
    )
    return together([await canary(found, signal), ...(isOther ? [other] : [])])
  },
})

export const judgeCheck = judgeCheckOf('judge', 'judge', 'Judge')
export const secondJudgeCheck = judgeCheckOf('second_judge', 'second-judge', 'Second judge')

const throneJudgeOf = async (setup: Setup): Promise<string | undefined> => {
  const config = await setup
    .snapshot()
    .then((snapshot) => snapshot.read(files.config))
    .catch(() => undefined)
  return config?.judging?.throne === 'familywise' ? config.judging.throne_judge : undefined
}

async function canary(setup: JudgeSetup, signal: AbortSignal): Promise<Finding> {
  const judge = setup.open()
  const { prompt, right, wrong } = await samplePictures()
  const side = (png: Uint8Array, name: string) => ({
    ...{ modelSha256: sha256Hex(png), png },
    modelUrl: `${NOWHERE}/${name}.glb`,
  })
  const question = {
    ...{ seed: 1, left: side(right, 'right'), right: side(wrong, 'wrong') },
    prompt: { name: 'disc', url: `${NOWHERE}/disc.png`, image: prompt },
  }
  const verdict = await judge.judge(question, signal)
  const cost = setup.isPaid ? ` (${costOf(verdict)})` : ''
  const look = 'Look at the model, its revision and its limits (max_tokens), and at what it answers: docs/judging.md.'
  if (verdict.kind === 'void') return fail(`${judge.id} gives no valid answer${cost}: ${verdict.cause}`, look)
  if (verdict.winner === 'left') return ok(`${judge.id} knows a disc from a square${cost}`)
  if (verdict.winner === 'draw') return warn(`${judge.id} sees no difference between a disc and a square${cost}`, look)
  return fail(`${judge.id} takes a square for a disc${cost}`, look)
}

interface Told {
  readonly calls?: readonly {
    readonly tokens?: { readonly prompt: number | null; readonly completion: number | null }
  }[]
}

/** What was paid for, as far as the server says. */
function costOf({ transcript }: { readonly transcript?: unknown }): string {
  const { calls = [] } = (transcript ?? {}) as Told
  const sum = (part: 'prompt' | 'completion') => calls.reduce((total, { tokens }) => total + (tokens?.[part] ?? 0), 0)
  return `cost: ${calls.length} calls, ${sum('prompt')} tokens in, ${sum('completion')} out`
}
