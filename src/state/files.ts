import { auditRequestsSchema, generationAuditsSchema, sourceAuditsSchema } from './audits.ts'
import { buildsSchema } from './builds.ts'
import { csvFile, jsonFile, linesFile } from './codecs.ts'
import { configSchema } from './config.ts'
import { deadlineSchema } from './deadline.ts'
import { confirmationSchema, MATCH_NAME_LENGTH, matchReportSchema } from './duels.ts'
import { interventionSchema } from './intervention.ts'
import { judgeCardSchema } from './judge-card.ts'
import { judgeChecksSchema } from './judge-checks.ts'
import { leadersSchema } from './leader.ts'
import { matrixSchema } from './matrix.ts'
import { outputsSchema, unseenSchema } from './outputs.ts'
import { pathPolicySchema } from './path-policy.ts'
import { podStatsSchema } from './pod-stats.ts'
import { revealsSchema } from './reveals.ts'
import { scheduleSchema } from './schedule.ts'
import { seedSchema } from './seed.ts'
import { stateSchema } from './state.ts'
import type { AnyStateFile } from './state-file.ts'
import { submissionsSchema } from './submissions.ts'
import { winnerSchema } from './winner.ts'

const inRound = (file: string) => (round: number) => `rounds/${round}/${file}`
const ofMiner = (file: string) => (round: number, hotkey: string) => `rounds/${round}/${hotkey}/${file}`
const atRoot = (file: string) => () => file

/** Every kind of file that a competition repository holds: the one place that knows paths, formats and owners. */
export const files = {
  state: jsonFile({
    name: 'state',
    schema: stateSchema,
    path: atRoot('state.json'),
    writers: ['collector', 'judge', 'round-manager', 'human'],
    stages: ['open', 'miner_generation', 'downloading', 'duels', 'finalizing'],
  }),
  config: jsonFile({
    name: 'config',
    schema: configSchema,
    path: atRoot('config.json'),
    writers: ['human'],
    stages: [],
  }),
  leader: jsonFile({
    name: 'leader',
    schema: leadersSchema,
    path: atRoot('leader.json'),
    writers: ['round-manager'],
    stages: ['finalizing'],
  }),
  pool: linesFile({
    name: 'pool',
    description: 'All prompts that rounds are drawn from: one image URL a line.',
    path: atRoot('prompts.txt'),
    lastLineEnds: true,
    writers: ['human'],
    stages: [],
  }),
  schedule: jsonFile({
    name: 'schedule',
    schema: scheduleSchema,
    path: inRound('schedule.json'),
    writers: ['round-manager'],
    stages: ['finalizing'],
  }),
  seed: jsonFile({
    name: 'seed',
    schema: seedSchema,
    path: inRound('seed.json'),
    writers: ['collector'],
    stages: ['open'],
    style: 'one-line',
  }),
  prompts: linesFile({
    name: 'prompts',
    description: 'The round’s prompts: one image URL a line, those of the round before first.',
    path: inRound('prompts.txt'),
    writers: ['collector'],
    stages: ['open'],
  }),
  submissions: jsonFile({
    name: 'submissions',
    schema: submissionsSchema,
    path: inRound('submissions.json'),
    writers: ['collector'],
    stages: ['open'],
    style: 'ascii',
  }),
  reveals: jsonFile({
    name: 'reveals',
    schema: revealsSchema,
    path: inRound('reveals.json'),
    writers: ['collector'],
    stages: ['open'],
  }),
  builds: jsonFile({
    name: 'builds',
    schema: buildsSchema,
    path: inRound('builds.json'),
    writers: ['auditor'],
    stages: ['miner_generation', 'downloading', 'duels'],
  }),
  requireAudit: jsonFile({
    name: 'require_audit',
    schema: auditRequestsSchema,
    path: inRound('require_audit.json'),
    writers: ['judge'],
    stages: ['duels'],
  }),
  generationAudits: jsonFile({
    name: 'generation_audits',
    schema: generationAuditsSchema,
    path: inRound('generation_audits.json'),
    writers: ['auditor'],
    stages: ['duels'],
  }),
  sourceAudit: jsonFile({
    name: 'source_audit',
    schema: sourceAuditsSchema,
    path: inRound('source_audit.json'),
    writers: ['human'],
    stages: [],
  }),
  matrix: csvFile({
    name: 'matches_matrix',
    schema: matrixSchema,
    path: inRound('matches_matrix.csv'),
    writers: ['judge'],
    stages: ['duels'],
  }),
  winner: jsonFile({
    name: 'winner',
    schema: winnerSchema,
    path: inRound('winner.json'),
    writers: ['collector', 'judge'],
    stages: ['open', 'duels'],
  }),
  deadline: jsonFile({
    name: 'deadline',
    schema: deadlineSchema,
    path: ofMiner('deadline.json'),
    writers: ['collector'],
    stages: ['miner_generation'],
  }),
  submitted: jsonFile({
    name: 'submitted',
    schema: outputsSchema,
    path: ofMiner('submitted.json'),
    writers: ['collector'],
    stages: ['downloading'],
  }),
  generated: jsonFile({
    name: 'generated',
    schema: outputsSchema,
    path: ofMiner('generated.json'),
    writers: ['auditor'],
    stages: ['miner_generation', 'downloading', 'duels'],
  }),
  unseen: jsonFile({
    name: 'unseen',
    schema: unseenSchema,
    path: ofMiner('unseen.json'),
    writers: ['auditor'],
    stages: ['duels'],
  }),
  duels: jsonFile({
    name: 'duels',
    schema: matchReportSchema,
    path: (round: number, left: string, right: string) =>
      `rounds/${round}/${right}/duels_${left.slice(0, MATCH_NAME_LENGTH)}.json`,
    writers: ['judge'],
    stages: ['duels'],
  }),
  judgeChecks: jsonFile({
    name: 'judge_checks',
    schema: judgeChecksSchema,
    path: (round: number, left: string, right: string) =>
      `rounds/${round}/${right}/checks_${left.slice(0, MATCH_NAME_LENGTH)}.json`,
    writers: ['judge'],
    stages: ['duels'],
  }),
  judgeCard: jsonFile({
    name: 'judge_card',
    schema: judgeCardSchema,
    path: inRound('judge_card.json'),
    writers: ['judge'],
    stages: ['duels'],
  }),
  confirmation: jsonFile({
    name: 'confirmation',
    schema: confirmationSchema,
    path: ofMiner('confirmation.json'),
    writers: ['judge'],
    stages: ['duels'],
  }),
  podStats: jsonFile({
    name: 'pod_stats',
    schema: podStatsSchema,
    path: ofMiner('pod_stats.json'),
    writers: ['auditor'],
    stages: ['miner_generation', 'downloading', 'duels'],
  }),
  intervention: jsonFile({
    name: 'intervention',
    schema: interventionSchema,
    path: (number: number) => `interventions/${String(number).padStart(4, '0')}.json`,
    writers: ['human'],
    stages: [],
  }),
  allowedSigners: linesFile({
    name: 'allowed_signers',
    description:
      'Whose signatures of commits count: an allowed_signers file of OpenSSH (`ssh-keygen(1)`), ed25519 keys only.',
    path: atRoot('policy/allowed_signers'),
    lastLineEnds: true,
    writers: ['human'],
    stages: [],
  }),
  pathPolicy: jsonFile({
    name: 'paths',
    schema: pathPolicySchema,
    path: atRoot('policy/paths.json'),
    writers: ['human'],
    stages: [],
  }),
} satisfies Record<string, AnyStateFile>
