import { files } from './files.ts'
import type { AnyStateFile } from './state-file.ts'

/** Which kind of file lies at a path, and the arguments of its `path()`. */
export interface Located {
  readonly file: AnyStateFile
  readonly args: readonly (string | number)[]
}

/**
 * The inverse of every `path()`: what lies at `path`, or undefined where that is no file of ours.
 * The name of a match report holds ten characters of the defender: its argument `left` is those.
 */
export function fileAt(path: string): Located | undefined {
  const located = locate(path)
  return located?.file.path(...located.args) === path ? located : undefined
}

const OF_ROUND = [
  files.schedule,
  files.seed,
  files.prompts,
  files.submissions,
  files.reveals,
  files.builds,
  files.requireAudit,
  files.generationAudits,
  files.sourceAudit,
  files.matrix,
  files.judgeCard,
  files.winner,
]

const OF_ROOT = byName([files.state, files.config, files.leader, files.pool], [])
const IN_POLICY = byName([files.allowedSigners, files.pathPolicy], [])
const IN_ROUND = byName(OF_ROUND, [0])
const IN_MINER = byName(
  [files.deadline, files.submitted, files.generated, files.unseen, files.confirmation, files.podStats],
  [0, '-'],
)

function locate(path: string): Located | undefined {
  const [folder, number = '', ...inside] = path.split('/')
  if (folder === 'interventions' && inside.length === 0) return intervention(number)
  if (folder === 'policy' && inside.length === 0) return found(IN_POLICY.get(number), [])
  if (folder !== 'rounds') return found(OF_ROOT.get(path), [])
  if (!/^\d{1,15}$/.test(number)) return undefined
  const round = Number(number)
  const [first = '', second = ''] = inside
  if (inside.length === 1) return found(IN_ROUND.get(first), [round])
  if (inside.length !== 2 || first === '') return undefined
  const [, kind, left = ''] = /^(duels|checks)_(.{1,10})\.json$/.exec(second) ?? []
  if (kind === undefined) return found(IN_MINER.get(second), [round, first])
  return found(kind === 'duels' ? files.duels : files.judgeChecks, [round, left, first])
}

function intervention(name: string): Located | undefined {
  const number = /^(\d{4,15})\.json$/.exec(name)?.[1]
  return number === undefined ? undefined : found(files.intervention, [Number(number)])
}

function byName(list: readonly AnyStateFile[], args: readonly (string | number)[]): ReadonlyMap<string, AnyStateFile> {
  return new Map(
    list.map((file) => [
      file
        .path(...args)
        .split('/')
        .at(-1) ?? '',
      file,
    ]),
  )
}

const found = (file: AnyStateFile | undefined, args: Located['args']): Located | undefined =>
  file === undefined ? undefined : { file, args }
