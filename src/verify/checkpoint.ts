/**
 * What was verified up to a commit, as a file to go on from. Its digest tells damage, not forgery: whoever can write
 * the file decides what is believed, so it belongs to the auditor.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { RoundkeeperError } from '../errors.ts'
import { decisionKinds } from './decision.ts'
import { robustnessSchema } from './report/robustness-schema.ts'
import type { Known, Verification } from './verify.ts'

const count = z.int().min(0)
const oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)

const finding = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'note']),
  commit: z.string(),
  path: z.string().nullable(),
  round: count.nullable(),
  message: z.string(),
})

const decision = z.looseObject({
  kind: z.enum(decisionKinds),
  round: count,
  subject: z.string().optional(),
  level: z.enum(['proved', 'consistent', 'broken']),
  commit: z.string(),
  path: z.string(),
})

const known = z.object({
  commits: count,
  findings: z.array(finding),
  decisions: z.array(decision),
  robustness: z.array(robustnessSchema.extend({ round: count })),
  memory: z.record(z.string(), z.unknown()),
})

const terms = z.object({
  /** Which program looked. */
  engine: z.string(),
  /** SHA-256 of the auditor's own list of who may sign; null: what the history says. */
  allowed_signers: z.string().nullable(),
  /** Whether the evidence itself was looked at. */
  evidence: z.boolean(),
})

/** How a history was looked at. */
export type Terms = Readonly<z.infer<typeof terms>>

const contents = z.object({
  version: z.literal(1),
  terms,
  competition: z.string().nullable(),
  /** The very first commit; null when an earlier part was trusted. */
  root: oid.nullable(),
  /** What comes after this commit was looked at; null: everything. */
  base: oid.nullable(),
  head: oid,
  known: z.custom<Known>((value) => known.safeParse(value).success),
})

export type Checkpoint = Readonly<z.infer<typeof contents>>

export function checkpointOf(verification: Verification, competition: string | null, terms: Terms): Checkpoint {
  const { root, since: base, head, known } = verification
  return {
    version: 1,
    terms,
    competition,
    root,
    base,
    head,
    known: { ...known, decisions: known.decisions.map(slim) },
  }
}

/** What was recorded and recomputed is of interest where the two differ. */
function slim(decision: Known['decisions'][number]): Known['decisions'][number] {
  return decision.level === 'broken' ? decision : { ...decision, recorded: null, recomputed: null }
}

export function serialiseCheckpoint(checkpoint: Checkpoint): string {
  const text = JSON.stringify(checkpoint)
  return `{"roundkeeper":"checkpoint","digest":"${digestOf(text)}","checkpoint":${text}}\n`
}

/** @throws `refused` for anything but an undamaged checkpoint */
export function parseCheckpoint(text: string, where: string): Checkpoint {
  const parsed = envelope.safeParse(json(text))
  if (!parsed.success) throw unusable('is not a checkpoint', where)
  const { digest, checkpoint } = parsed.data
  if (digest !== digestOf(JSON.stringify(checkpoint))) throw unusable('is damaged: its digest is another', where)
  const found = contents.safeParse(checkpoint)
  if (!found.success) throw unusable('is of another version of Roundkeeper', where)
  return found.data
}

const envelope = z.object({ roundkeeper: z.literal('checkpoint'), digest: z.string(), checkpoint: z.unknown() })

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`

const unusable = (what: string, where: string) =>
  new RoundkeeperError('refused', `the checkpoint ${what}`, {
    where,
    hint: 'Verify from the beginning, without --since; --checkpoint writes a new one.',
  })
