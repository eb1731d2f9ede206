/**
 * What sparing the judge would have saved in a competition's past: `npm run -s bench:judge -- COMPETITION`.
 * Every finished round is played again by the rules of the product; judge and audits answer from the record.
 *
 * COMPETITION    a folder made by `init`, a bundle, a clone, a bare repository or a URL; the public rounds beside this checkout when absent
 * --json         the whole answer as JSON
 * --error 0.01   how often a test may give up a match that would have passed
 * --batch 1      how many duels are asked side by side, at least
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { printError } from '../src/cli/output.ts'
import { sourceOf } from '../src/cli/source.ts'
import { isError } from '../src/errors.ts'
import { openHistory } from '../src/repo/open-history.ts'
import { amountOf, argumentsOf, countOf, refuse } from './arguments.ts'
import { type Measured, type MeasuredRound, measure, ways } from './judging/measure.ts'

const PUBLIC_ROUNDS = join(import.meta.dirname, '../../shared/data/mesh-rounds-0-1.bundle')

const { values, positionals } = argumentsOf(import.meta.filename, {
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    error: { type: 'string', default: '0.01' },
    batch: { type: 'string', default: '1' },
  },
})
const options = { error: amountOf('error', values.error, 0.5), batch: countOf('batch', values.batch) }
const [source = PUBLIC_ROUNDS] = positionals
if (source === PUBLIC_ROUNDS && !existsSync(source)) refuse('which competition? npm run -s bench:judge -- COMPETITION')
// npm runs scripts in the root of the checkout: a path is meant from where npm was called.
process.chdir(process.env.INIT_CWD ?? '.')
try {
  await using history = await openHistory(await sourceOf(source))
  const measured = await measure(history, options)
  if (measured.rounds.length === 0)
    refuse(`no finished round in ${measured.source}: ${measured.notes.join('; ') || 'it is no competition'}`)
  if (values.json) console.log(JSON.stringify(measured, null, 2))
  else printMeasured(measured)
} catch (error) {
  printError(error, !isError(error))
  process.exitCode = 2
}

function printMeasured(measured: Measured): void {
  const { rounds, notes, recordedDuels, winnersEqual, passesEqual, shares } = measured
  const same = (each: { winnersEqual: boolean; passesEqual: boolean }) =>
    each.winnersEqual && each.passesEqual ? 'yes' : each.winnersEqual ? 'the winner' : 'NO'
  const row = (each: MeasuredRound) => ({
    round: each.round,
    winner: each.winner.slice(0, 10),
    matches: each.matches,
    consulted: each.consulted,
    duels: each.recordedDuels,
    ...Object.fromEntries(ways.map((way) => [way, each[way]])),
    same: same(each),
    'changed by hand': each.edits.length > 0 ? 'yes' : '',
  })
  console.table(rounds.map(row))
  for (const way of ways)
    console.log(`${way.padEnd(10)} ${measured[way]} of ${recordedDuels} duels, ${(100 * shares[way]).toFixed(1)} %`)
  console.log(`the same as on record: ${same({ winnersEqual, passesEqual })}`)
  for (const { round, edits, notes } of rounds) {
    if (edits.length > 0) console.log(`round ${round} was changed by hand: ${edits.join(', ')}`)
    for (const note of notes) console.log(`round ${round}: ${note}`)
  }
  for (const note of notes) console.log(note)
}
