import { type Change, change } from '../../engine/change.ts'
import type { Plan } from '../../engine/format.ts'
import type { Context, Round, Waiting } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import { type Timeline, timeline } from '../../rules/timeline.ts'
import { winnerRecord } from '../../rules/winner.ts'
import { files, LEADER, type Winner } from '../../state/index.ts'
import { auditDue } from './audit-due.ts'
import { sanityDue } from './judge-card.ts'
import { standingsOf } from './margins.ts'
import { promptsMissingIn } from './prompts.ts'
import { outputsOf, type RoundRecord, recordOf } from './record.ts'
import { requestOf } from './request.ts'

/** What the record says is next: a match, an audit request, waiting for audits, or the winner. */
export async function plan(round: Round, context: Context): Promise<Plan> {
  const record = await recordOf(round)
  const line = timeline({
    order: record.order,
    ...(await standingsOf(round, record.matrix, record.order, record.generationAudits)),
    approved: record.approved,
    rejected: record.rejected,
  })
  const requests = await newRequests(round, record, line)
  if (requests !== undefined) return { kind: 'record', change: requests }
  if (line.winner !== undefined) {
    const sanity = await sanityDue(round, context)
    if (sanity !== undefined) return { kind: 'record', change: sanity }
    return { kind: 'decided', change: crownDecision(round, record, line.winner), summary: `winner ${line.winner}` }
  }
  if (line.next !== undefined) {
    const baseline = await missingBaseline(round, record)
    if (baseline > 0)
      return { kind: 'wait', waiting: await waiting(round, context, `the leader's outputs (${baseline} missing)`) }
    return { kind: 'judge', contest: line.next, done: line.judged, total: line.needed }
  }
  const missing = line.waitingFor.map((hotkey) => missingAudit(record, hotkey))
  return { kind: 'wait', waiting: await waiting(round, context, `the ${missing.join(', the ')}`) }
}

function missingAudit({ generationAudits, builds }: RoundRecord, hotkey: string): string {
  if (generationAudits[hotkey]?.outcome === 'passed') return `source audit of ${hotkey.slice(0, 10)}`
  return `${builds[hotkey]?.docker_image ? 'generation audit' : 'image'} of ${hotkey.slice(0, 10)}`
}

async function newRequests(round: Round, record: RoundRecord, line: Timeline): Promise<Change | undefined> {
  const asked = new Set(record.requests.map((request) => request.hotkey))
  const fresh = line.requests.filter((hotkey) => !asked.has(hotkey))
  if (fresh.length === 0) return undefined
  const requests = [...record.requests]
  for (const hotkey of fresh) requests.push(await requestOf(round, line, hotkey))
  return change(`Update audit requests for round ${round.number}`).put(files.requireAudit, [round.number], requests)
}

/** Nobody is judged against a leader whose own outputs are incomplete. */
async function missingBaseline(round: Round, record: RoundRecord): Promise<number> {
  if (record.leader === undefined) return 0
  return (await promptsMissingIn(round, await outputsOf(round, LEADER))).length
}

export function crownDecision(round: Round, record: RoundRecord, hotkey: string): Change {
  return change(`Round ${round.number} winner: ${hotkey.slice(0, 10)}`).put(
    files.winner,
    [round.number],
    winnerOf(record, hotkey),
  )
}

function winnerOf({ leader, builds, submissions }: RoundRecord, hotkey: string): Winner {
  const winner = winnerRecord({ hotkey, leader, submission: submissions[hotkey], build: builds[hotkey] })
  if (winner !== undefined) return winner
  throw new RoundkeeperError('state-file', `the winner ${hotkey} has no image in builds.json`, {
    where: 'builds.json',
    hint: 'Build the image and record it in builds.json (status "success", docker_image), adopt the commit, then run again.',
  })
}

async function waiting(round: Round, context: Context, what: string): Promise<Waiting> {
  const due = await auditDue(round, context)
  return { for: what, ...(due ? { due } : {}) }
}
