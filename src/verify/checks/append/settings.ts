/** The rules of the game are known before it begins: what a round is decided by does not change while it is played. */
import type { Config } from '../../../state/config.ts'
import { plain } from '../../../state/raw-json.ts'
import type { Stage, State } from '../../../state/state.ts'
import { became, type Change, isSame } from './changes.ts'

const JUDGED: readonly Stage[] = ['miner_generation', 'downloading', 'duels']
const CROWNED: readonly Stage[] = [...JUDGED, 'finalizing']

/** In which stages the round that is played still depends on a field. While its window is open nothing is decided yet. */
const DEPENDS: Readonly<Partial<Record<keyof Config & string, readonly Stage[]>>> = {
  name: CROWNED,
  format: CROWNED,
  // What the blocks and dates of a round are held to; the next round's are made in finalizing.
  block_seconds: ['open', ...JUDGED],
  generation_stage_minutes: ['miner_generation'],
  prompts_per_round: JUDGED,
  win_margin: JUDGED,
  judging: JUDGED,
  source_audit: JUDGED,
  settings: JUDGED,
  weight_decay: CROWNED,
  weight_floor: CROWNED,
}

/** @param state as of the parent */
export function configChanges(before: Config, after: Config | undefined, state: State | undefined): Change[] {
  const [was, is] = [before.rules ?? 'legacy', after?.rules ?? 'legacy']
  if (was === 'v1' && is !== 'v1') {
    const what = after === undefined ? 'config.json was removed' : `rules became ${JSON.stringify(after.rules ?? null)}`
    return [{ code: 'append-only/rules', message: `The competition gave up the rules that it began with: ${what}.` }]
  }
  if (after === undefined || state === undefined) return []
  const stage = state.stage === 'paused' ? state.paused_from : state.stage
  const fields: string[] = stage === undefined ? [] : fieldsOf(stage)
  const what = fields.flatMap((field) => {
    const [old, now] = [plain(Reflect.get(before, field)), plain(Reflect.get(after, field))]
    return isSame(old, now) ? [] : [`${field}: ${became(old, now)}`]
  })
  if (was !== is && stage !== undefined && stage !== 'open') what.push(`rules: ${was} became ${is}`)
  if (what.length === 0) return []
  const message = `Round ${state.current_round} was in ${stage} when what it is decided by changed: ${what.join('; ')}.`
  return [{ code: 'append-only/config', message }]
}

const fieldsOf = (stage: Stage) =>
  Object.entries(DEPENDS).flatMap(([field, stages]) => (stages?.includes(stage) ? [field] : []))
