/** What `verify --json` prints. Version 1 only grows: nothing in it changes its meaning or disappears. */
import { z } from 'zod'
import { decisionKinds } from '../decision.ts'
import { evidenceSchema } from './evidence-schema.ts'
import { robustnessSchema } from './robustness-schema.ts'

export const REPORT_VERSION = 1

const count = () => z.int().min(0)
const hotkey = () => z.string()
const commit = (what: string) => z.string().describe(what)
const round = () => count().describe('From 0.')

export const severities = ['error', 'warning', 'note'] as const
const severity = z
  .enum(severities)
  .describe('`error`: a rule was broken. `warning`: it must be explained. `note`: worth knowing.')

const level = z
  .enum(['proved', 'consistent', 'broken'])
  .describe(
    '`proved`: follows from evidence that anybody can have. `consistent`: follows from what the operator recorded, ' +
      'which must be believed. `broken`: does not follow.',
  )

const perLevel = { proved: count(), consistent: count(), broken: count() }

const finding = z.object({
  code: z.string().describe('Stays the same for ever; docs/verification.md lists all.'),
  severity,
  commit: commit('Where it happened.'),
  path: z.string().nullable().describe('Of the file; null for what is about the commit or the history.'),
  round: round().nullable(),
  message: z.string().describe('One sentence for people. Holds names that strangers chose.'),
  earlier: z.boolean().describe('Found before the checkpoint that this report goes on from.'),
})

const decision = z.object({
  kind: z.enum(decisionKinds),
  subject: z.string().nullable().describe('Whom or what it is about, where a round has several of a kind.'),
  level,
  commit: commit('Where it was made.'),
  path: z.string().describe('The file that records it.'),
  note: z.string().nullable().describe('What has to be believed, or what differs.'),
  differences: z.array(z.string()).describe('Recorded instead of recomputed, in words.'),
  recorded: z.unknown().optional().describe('Only of what is broken.'),
  recomputed: z.unknown().optional().describe('Only of what is broken.'),
})

const roundReport = z.object({
  round: round(),
  stage: z.string().describe('`decided`, or the stage that the round is in.'),
  winner: z
    .object({
      hotkey: hotkey().describe('`leader` when the crown was defended.'),
      repo: z.string().nullable(),
      commit: z.string().nullable(),
    })
    .nullable(),
  ...perLevel,
  findings: z.object({ error: count(), warning: count(), note: count() }).describe('How many are of this round.'),
  decisions: z.array(decision).describe('In the order in which they were made.'),
  robustness: robustnessSchema.nullable().describe('How firmly the crown sits; null without a winner or matches.'),
})

const unproved = z.object({
  round: round(),
  ...decision.pick({ kind: true, subject: true, level: true, commit: true, path: true }).shape,
  why: z.string(),
})

const signaturesSchema = z.object({
  trust: z
    .enum(['pinned', 'first-use', 'none'])
    .describe('By whose list: the auditor’s own, the first one of the history, or none, because there is none.'),
  founded: commit('That brought the first list; null where there is none, or where that cannot be told.').nullable(),
  demanded: count().describe('Commits that had to be signed.'),
  trusted: count().describe('Of those, with a valid signature of somebody who was allowed to.'),
})

const timing = z.object({ seconds: z.number().min(0), commits_per_second: z.number().min(0) })

export const reportSchema = z
  .object({
    version: z.literal(REPORT_VERSION).describe('Of this format.'),
    engine: z.string().describe('Which program looked, `roundkeeper/<version>`.'),
    competition: z.string().nullable().describe('Its name in config.json.'),
    rules: z
      .enum(['v1', 'legacy'])
      .describe('Which rules it claims: `legacy` histories score low, but do not fail for it.'),
    source: z.string().describe('What was read: a path, or a URL without credentials.'),
    root: commit('The very first commit; null when what came before `since` was not looked at.').nullable(),
    head: commit('The newest commit that was looked at.'),
    since: commit('What comes after this commit was looked at; null: everything.').nullable(),
    earlier: z
      .object({ head: commit('Up to where.'), commits: count() })
      .nullable()
      .describe('The checkpoint that this report goes on from; what it says is included in all lists and counts.'),
    again: z.string().nullable().describe('Why everything was looked at again, though there was a checkpoint.'),
    backend: z.string().describe('Which program read the history.'),
    commits: count().describe('That this report is about.'),
    verdict: z.enum(['clean', 'broken']).describe('`broken`: there are findings of severity `error`.'),
    severities: z.object({ error: count(), warning: count(), note: count() }),
    findings: z.array(finding).describe('In the order in which they happened.'),
    decisions: z.object(perLevel),
    signatures: signaturesSchema,
    evidence: evidenceSchema,
    rounds: z.array(roundReport),
    unproved: z.array(unproved).describe('Every decision that is not proved, and why.'),
    timing,
  })
  .describe('What `roundkeeper verify --json` says about a competition.')

export type Report = z.infer<typeof reportSchema>
export type RoundReport = Report['rounds'][number]
export type ReportedFinding = Report['findings'][number]
export type ReportedDecision = RoundReport['decisions'][number]
