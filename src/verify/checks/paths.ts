/** No tricks with names and kinds of files: whoever checks the repository out sees what the history says. */
import { foldName, isPortable, pathFault } from '../../repo/paths.ts'
import { MAX_STATE_FILE_BYTES } from '../../state/limits.ts'
import { severityOf } from '../codes/index.ts'
import type { Changed, Check, Reporter, Step } from '../step.ts'
import { foldersOf, Names } from './names.ts'
import { isInStateArea } from './state-area.ts'

const MAX_LISTED = 3

interface Fault {
  readonly code: string
  readonly path: string
  /** Goes on from the path. */
  readonly what: string
}

export function paths(): Check {
  const names = new Names()
  return {
    name: 'names of files',
    async begin(records) {
      for (const path of await records.list('')) names.add(path)
    },
    step({ changed, strict }, report) {
      const faults = [...changed.flatMap(faultsOf), ...replaced(changed), ...clashes(names, changed)]
      reportFaults(faults, strict, report)
    },
  }
}

function faultsOf({ path, before, after }: Changed): Fault[] {
  if (after === undefined) return []
  const faults: Fault[] = []
  const found = (code: string, what: string) => void faults.push({ code, path, what })
  if (before === undefined) {
    const unsafe = !path.isWellFormed() || path.includes('\ufffd') ? 'it is not valid UTF-8' : pathFault(path)
    if (unsafe !== undefined) found('paths/unsafe', `is a name that no file should have: ${unsafe}`)
    else if (!isPortable(path)) found('paths/reserved', 'cannot be checked out on Windows')
    if (/(^|\/)\.gitattributes$/.test(path))
      found('paths/attributes', 'can make a checkout differ from what is on record')
  }
  if (before?.mode !== after.mode) {
    if (after.mode === '120000') found('paths/symlink', 'is a symbolic link: what it shows depends on where it is read')
    else if (after.mode === '160000')
      found('paths/submodule', 'is another repository, whose contents are not on record')
    else if (after.mode === '100755' && isInStateArea(path)) found('paths/executable', 'is marked as a program')
  }
  if (after.size > MAX_STATE_FILE_BYTES) {
    found('paths/oversized', `has ${after.size} bytes, more than the ${MAX_STATE_FILE_BYTES} that are read`)
  }
  return faults
}

/** A file where a folder was, or the other way round: one name, two meanings. */
function replaced(changed: Step['changed']): Fault[] {
  const gone = changed.filter(({ after }) => after === undefined).map(({ path }) => path)
  if (gone.length === 0) return []
  const goneFiles = new Set(gone)
  const goneFolders = new Set(gone.flatMap(foldersOf))
  const faults: Fault[] = []
  const seen = new Set<string>()
  for (const { path, before, after } of changed) {
    if (after === undefined || before !== undefined) continue
    const folder = foldersOf(path).find((each) => goneFiles.has(each))
    const [at, what] = goneFolders.has(path)
      ? [path, 'was a folder and is now a file']
      : [folder, 'was a file and is now a folder']
    if (at === undefined || seen.has(at)) continue
    seen.add(at)
    faults.push({ code: 'paths/replaced', path: at, what })
  }
  return faults
}

function clashes(names: Names, changed: Step['changed']): Fault[] {
  for (const { path, before, after } of changed) if (before !== undefined && after === undefined) names.remove(path)
  const faults: Fault[] = []
  for (const { path, before, after } of changed) {
    if (before !== undefined || after === undefined) continue
    for (const [added, known] of names.add(path)) {
      const what = `differs from ${shown(known)} in nothing that every file system can see`
      faults.push({ code: 'paths/collision', path: added, what })
    }
  }
  return faults
}

/** One finding a code and kind of place: a thousand links in one commit are one act. */
function reportFaults(faults: readonly Fault[], strict: boolean, report: Reporter): void {
  const groups = Map.groupBy(faults, ({ code, path }) => `${code} ${isInStateArea(path, foldName)}`)
  for (const group of groups.values()) {
    const [{ code, path, what }] = group as [Fault, ...Fault[]]
    const others = group.slice(1, MAX_LISTED).map((each) => shown(each.path))
    const more = group.length - 1 - others.length
    const also = others.length === 0 ? '' : `; the same of ${others.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
    // Outside of what the competition is made of, a trick may only confuse a reader.
    const graver = severityOf(code, strict) === 'error' && code !== 'paths/unsafe'
    const milder = graver && !isInStateArea(path, foldName) ? ({ severity: 'warning' } as const) : {}
    report.finding(code, path, `${shown(path)} ${what}${also}.`, milder)
  }
}

const shown = (path: string) => (/^[\x21-\x7e]{1,200}$/.test(path) ? path : JSON.stringify(path.slice(0, 200)))
