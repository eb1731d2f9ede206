/** Every record is what its name says, in every commit that touches it, and written as the engine writes. */
import { DEFAULT_FORMAT } from '../../formats/index.ts'
import type { Changed, Check, Reporter, Step } from '../step.ts'
import { Founding } from './founding.ts'
import type { FileProblem } from './inspect-file.ts'
import { Repeats } from './repeats.ts'
import { isOfNewerVersion, unknownKind } from './unknown-files.ts'
import { counted } from './words.ts'

/** How often the same is said of the same kind of file, in commit after commit. */
const MAX_LISTED = 20
/** Problems of one file that are spelled out. */
const MAX_SENTENCES = 3

interface Found extends FileProblem {
  readonly path: string
  /** `winner`, or `generated_*.json` where it is no file of ours. */
  readonly kind: string
}

export function files(): Check {
  const founding = new Founding()
  const repeats = new Repeats(MAX_LISTED)
  const unknown = new Repeats(1)
  return {
    name: 'the form of files',
    async begin(records, memory) {
      const known = memory as { founding: unknown; repeats: unknown; unknown: unknown } | undefined
      await founding.begin(records, known?.founding)
      repeats.begin(known?.repeats)
      unknown.begin(known?.unknown)
    },
    memory: () => ({ founding: founding.memory(), repeats: repeats.memory(), unknown: unknown.memory() }),
    step(step, report) {
      const isFounding = founding.holds(step)
      for (const same of groupsOf(step.changed.flatMap((changed) => problemsOf(changed, step)))) {
        const [{ code, path, kind }] = same
        const milder = isFounding && code === 'file/hand-edited' ? ({ severity: 'note' } as const) : {}
        repeats.finding(report, step.commit.oid, kind, code, path, sentenceOf(same), milder)
      }
      reportUnknown(step, unknown, report)
    },
    end(_records, report) {
      repeats.end(report)
      unknown.end(report)
    },
  }
}

function problemsOf({ path, located }: Changed, { inspected }: Step): Found[] {
  const kind = located?.file.name ?? 'archive'
  return (inspected.problems.get(path) ?? []).map((problem) => ({ ...problem, path, kind }))
}

/** What is wrong with several files of a kind in one commit is one finding. */
function groupsOf(found: readonly Found[]): Iterable<[Found, ...Found[]]> {
  const groups = Map.groupBy(found, ({ code, kind }) => `${code} ${kind}`)
  return groups.values() as Iterable<[Found, ...Found[]]>
}

function sentenceOf(same: readonly [Found, ...Found[]]): string {
  const [{ path }] = same
  const ofFirst = same.filter((each) => each.path === path)
  const sentences = ofFirst.slice(0, MAX_SENTENCES).map(({ message }) => message)
  const rest = ofFirst.length - sentences.length
  const more = rest > 0 ? `; and ${counted(rest, 'thing')} more` : ''
  const others = new Set(same.map((each) => each.path)).size - 1
  const also = others > 0 ? ` The same, or the like, in ${counted(others, 'other file')} of the kind.` : ''
  return `${path}: ${sentences.join('; ')}${more}.${also}`
}

function reportUnknown({ changed, commit, config }: Step, unknown: Repeats, report: Reporter): void {
  // Other formats have files of their own.
  const milder = (config?.format ?? DEFAULT_FORMAT) === DEFAULT_FORMAT ? {} : ({ severity: 'note' } as const)
  const seen = new Set<string>()
  for (const { path, before, after } of changed) {
    const kind = before === undefined && after !== undefined ? unknownKind(path) : undefined
    if (kind === undefined || seen.has(kind)) continue
    seen.add(kind)
    const why = isOfNewerVersion(kind)
      ? 'is of a newer version of the original, which is not looked into'
      : 'is no file of a competition, and is not looked into'
    unknown.finding(report, commit.oid, kind, 'file/unknown', path, `${path} ${why}.`, milder)
  }
}
