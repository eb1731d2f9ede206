import { join, resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import type { Check } from '../doctor/check.ts'
import { findingOf, ok, skipped } from '../doctor/check.ts'
import { CHECK_IDS, machineChecks, SETTINGS_CHECK, setupChecks } from '../doctor/checks.ts'
import { type Examined, type ExamineOptions, examine } from '../doctor/examine.ts'
import { reportOf } from '../doctor/report.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { setupOf } from './doctor-setup.ts'
import { tellReport } from './doctor-told.ts'
import { EXIT_ERROR, EXIT_OK } from './exit-codes.ts'
import { OPERATOR_FILE, type OperatorSettings, readSettings } from './operator-settings.ts'
import { printJson, StatusLine } from './output.ts'
import { stopSignal } from './stop-signal.ts'

interface Options {
  readonly dir: string
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  readonly paid: boolean
  readonly hotkey?: string
  readonly timeout: number
  readonly json?: boolean
}

/** For what hangs still when everything has been told. */
const GRACE_MS = 1000

export const doctorCommand = new Command('doctor')
  .summary('check everything before anything is changed')
  .description(
    'Looks at all that a competition needs, side by side, each within --timeout: settings, repository, token, branch rules,\n' +
      'keys, chain, subnet, store, judge, renderer, providers, builds, clocks. Changes nothing but one object of the store, which it\n' +
      'removes again; deploys nothing. A judge that is a model is asked one question, which costs as much as one duel.',
  )
  .option('-d, --dir <folder>', 'folder of the competition (made by `init`)', '.')
  .option('--only <ids>', 'only these checks, with commas between them', idsIn)
  .option('--skip <ids>', 'all but these', idsIn)
  .option('--no-paid', 'ask nobody who is paid for the answer (the judges)')
  .option('--hotkey <address>', 'a validator that is to set weights: whether it is registered, and may')
  .option('--timeout <seconds>', 'for each check', secondsIn, 30)
  .option('--json', 'print as JSON (docs/schemas/doctor.schema.json)')
  .addHelpText(
    'after',
    `\nChecks: ${CHECK_IDS.join(', ')}.\n` +
      'Exit codes: 0 nothing fails (there may be warnings), 1 something fails, 2 wrong usage.\n' +
      '\nExamples:\n  $ roundkeeper doctor --dir my-competition\n  $ roundkeeper doctor --no-paid --skip disk,ssh-keygen --json\n' +
      '  $ roundkeeper doctor --only token,branch-rules\n',
  )
  .action(async ({ dir, only, skip = [], paid, hotkey, timeout, json }: Options) => {
    const isWanted = ({ id }: { readonly id: string }) => (only?.includes(id) ?? true) && !skip.includes(id)
    const line = new StatusLine()
    using stop = stopSignal(undefined)
    const clock = new SystemClock()
    const options = { boundMs: 1000 * timeout, signal: stop.signal, now: () => clock.now(), paid }
    let open = CHECK_IDS.filter((id) => isWanted({ id }))
    const onDone = ({ id }: Examined) => {
      open = open.filter((each) => each !== id)
      line.show(`waiting for ${open.join(', ')}`)
    }
    const examined = await allChecks(resolve(dir), isWanted, hotkey, { ...options, onDone }).catch((error: unknown) => {
      if (stop.signal.aborted) leave()
      throw error
    })
    line.clear()
    const report = reportOf(examined)
    if (json) printJson(report)
    else tellReport(report)
    process.exitCode = report.ok ? EXIT_OK : EXIT_ERROR
    if (examined.some(({ hung }) => hung)) leave()
  })

/** What was given up may never end by itself, and nobody waits for it any more. */
const leave = () => void setTimeout(() => process.exit(), GRACE_MS).unref()

async function allChecks(
  dir: string,
  isWanted: (check: { readonly id: string }) => boolean,
  hotkey: string | undefined,
  options: ExamineOptions,
): Promise<Examined[]> {
  const clock = new SystemClock()
  const machine = examine(machineChecks.filter(isWanted), { dir, clock, environment: process.env }, options)
  const settings = await readSettings(dir).catch((error: unknown) => error)
  const isRead = !(settings instanceof Error)
  const told = isRead ? ok(`${join(dir, OPERATOR_FILE)} can be read`) : findingOf(settings)
  const own: Check<unknown> = { ...SETTINGS_CHECK, run: async () => told }
  const about = { clock, environment: process.env, hotkey, timeoutMs: options.boundMs }
  const wanted = setupChecks.filter(isWanted)
  const others = async () => {
    if (!isRead) return examine(wanted.map(unread), undefined, options)
    const setup = setupOf(dir, settings as OperatorSettings, about)
    try {
      return await examine(wanted, setup, options)
    } finally {
      // What hangs may hang while it is closed as well.
      await Promise.race([setup[Symbol.asyncDispose](), clock.sleep(GRACE_MS, new AbortController().signal)])
    }
  }
  const all = await Promise.all([machine, examine([own].filter(isWanted), undefined, options), others()])
  return all.flat()
}

const unread = ({ id, title }: { readonly id: string; readonly title: string }): Check<undefined> => ({
  ...{ id, title },
  run: async () => skipped(`${OPERATOR_FILE} has to be mended first`),
})

function idsIn(text: string): string[] {
  const ids = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const unknown = ids.filter((id) => !CHECK_IDS.includes(id))
  if (ids.length > 0 && unknown.length === 0) return ids
  throw new InvalidArgumentError(`There is no check ${unknown.join(', ')}. There are: ${CHECK_IDS.join(', ')}.`)
}

function secondsIn(text: string): number {
  const seconds = Number(text)
  if (text.trim() !== '' && seconds > 0 && seconds <= 3600) return seconds
  throw new InvalidArgumentError('It has to be a number of seconds above 0, up to 3600.')
}
