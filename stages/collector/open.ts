import { type Change, change } from '../../src/engine/change.ts'
import type { Context, Round, Waiting } from '../../src/engine/owner.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { digestOf } from '../../src/rules/digest.ts'
import { type Selection, selectSubmissions } from '../../src/rules/reveals.ts'
import { blockSeconds, deadlineOf, etaOfBlock, etaOfRandomness, formatEta } from '../../src/rules/schedule.ts'
import { randomnessOf, seedRecord } from '../../src/rules/seed.ts'
import { files } from '../../src/state/index.ts'
import { askForCode } from './repositories.ts'

const DEFAULT_NETUID = 17

/** OPEN: once the window has closed, fixes who takes part, the seed, and what everybody gets to work on. */
export async function* closeWindow(round: Round, context: Context): AsyncGenerator<Change, Waiting | undefined> {
  const { snapshot, config, number } = round
  const { chain, format } = context
  const schedule = await snapshot.read(files.schedule, number)
  const announcement = await format.announce(round, context)
  if (announcement !== undefined) yield announcement
  const head = await chain.head()
  const seconds = blockSeconds(config)
  const waitFor = (what: string, block: number): Waiting => ({ for: what, eta: etaOfBlock(block, head, seconds) })
  if (head.number < schedule.latest_reveal_block) {
    return waitFor(
      `the submission window to close at block ${schedule.latest_reveal_block}`,
      schedule.latest_reveal_block,
    )
  }

  const closing = await chain.block(schedule.latest_reveal_block)
  const netuid = config.netuid ?? DEFAULT_NETUID
  const rules = config.rules ?? 'legacy'
  const selection: Selection = {
    reveals: await chain.reveals(netuid, closing.number),
    window: { earliest: schedule.earliest_reveal_block, latest: schedule.latest_reveal_block },
    schema: format.reveals(config),
    round: `${config.name}-${number}`,
    rules,
    registrations: rules === 'v1' ? await chain.registrations(netuid, closing.number) : undefined,
  }
  const source = randomnessOf(schedule)
  const somebody = Object.keys(selectSubmissions(selection).submissions).length > 0
  const value = somebody ? await chain.randomness(source) : undefined
  if (somebody && value === undefined) {
    const eta = etaOfRandomness(source, head, config)
    const name = source.kind === 'block' ? `block ${source.block}` : `drand round ${source.round}`
    return { for: `the randomness of ${name}`, ...(eta ? { eta } : {}) }
  }

  const heard = await askForCode(selection, context)
  const { submissions, records, omitted } = selectSubmissions({ ...selection, ...heard })
  const collected = change()
    .put(files.submissions, [number], submissions)
    .put(files.reveals, [number], {
      read_at_block: closing.number,
      block_hash: closing.hash,
      hotkeys: records,
      ...(omitted === 0 ? {} : { omitted }),
    })
  snapshot.apply(collected)
  if (value === undefined || Object.keys(submissions).length === 0) {
    yield change()
      .at(head)
      .and(collected)
      .and(await decideWithout(round, context))
    return
  }

  const submissionsDigest = digestOf(files.submissions.serialise(submissions))
  const seed = seedRecord({ config, round: number, schedule, value, submissionsDigest, publishedAtBlock: head.number })
  const deadline = etaOfBlock(deadlineOf(schedule, config, seed), head, seconds)
  yield change(`Seed, prompts and submissions for round ${number}`)
    .at(head)
    .put(files.state, [], { ...round.state, stage: 'miner_generation', next_stage_eta: formatEta(deadline) })
    .put(files.seed, [number], seed)
    .and(await format.handOut(round, seed, context))
    .and(collected)
  return
}

/** Nobody takes part: the round is decided at once, by the rules for a round without entries. */
async function decideWithout(round: Round, context: Context): Promise<Change> {
  const plan = await context.format.plan(round, context)
  if (plan.kind !== 'decided') {
    throw new RoundkeeperError('internal', `format ${context.format.id} does not decide a round without entries`)
  }
  return change(`Update state (finalizing) for round ${round.number}: no submissions`)
    .and(plan.change)
    .put(files.state, [], { ...round.state, stage: 'finalizing', next_stage_eta: null })
}
