import { Command } from 'commander'
import { type ListedPod, type ListedPods, listPods } from '../compute/list-pods.ts'
import type { PodCost } from '../compute/pod-provider.ts'
import { EXIT_ERROR } from './exit-codes.ts'
import { cell, note, print, printJson, table } from './output.ts'
import { stopSignal } from './stop-signal.ts'

interface Options {
  readonly dir: string
  readonly all?: boolean
  readonly json?: boolean
}

export const podsListCommand = new Command('list')
  .summary('what runs, since when, and what it has cost so far')
  .description('Lists the pods of the competition at all its providers. Only reads.')
  .option('-d, --dir <folder>', 'folder of the competition (made by `init`)', '.')
  .option('--all', 'also what else there is on the accounts')
  .option('--json', 'print as JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0, or 1 when a provider does not answer, or not about a pod: all others are listed.\n' +
      '\nExample:\n  $ roundkeeper pods list --dir my-competition\n',
  )
  .action(async ({ dir, all = false, json }: Options) => {
    const now = new Date()
    const listed = await list(dir)
    const pods = listed.pods.filter(({ ours }) => all || ours)
    if (json) printJson({ pods: pods.map((pod) => asJson(pod, now)), failures: listed.failures })
    else tell(pods, listed.failures, now)
    if (listed.failures.length > 0) process.exitCode = EXIT_ERROR
  })

async function list(dir: string): Promise<ListedPods> {
  const { withPods } = await import('./competition-pods.ts')
  using stop = stopSignal(undefined)
  return withPods(dir, (cloud, owner) => listPods(cloud.providers, owner, stop.signal))
}

function tell(pods: readonly ListedPod[], failures: readonly string[], now: Date): void {
  const rows = pods.map((pod) => [
    ...[pod.provider, cell(pod.name), pod.round === undefined ? '–' : String(pod.round), ageOf(pod, now)],
    ...[cell(pod.state), priceOf(pod.cost)],
  ])
  if (rows.length > 0) print(table(['provider', 'name', 'round', 'age', 'state', 'cost'], rows))
  else print('no pods')
  for (const failure of failures) note(`error ${failure}`)
}

function asJson({ provider, name, ours, round, state, detail, createdAt, cost }: ListedPod, now: Date) {
  return {
    ...{ provider, name, ours, round: round ?? null, state, detail: detail ?? null },
    created_at: createdAt?.toISOString() ?? null,
    age_seconds: createdAt === undefined ? null : secondsSince(createdAt, now),
    cost: cost === undefined ? null : { amount: cost.amount ?? null, currency: cost.currency ?? null },
  }
}

const secondsSince = (then: Date, now: Date) => Math.max(0, Math.round((now.getTime() - then.getTime()) / 1000))

function ageOf({ createdAt }: ListedPod, now: Date): string {
  if (createdAt === undefined) return '–'
  const minutes = Math.floor(secondsSince(createdAt, now) / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const priceOf = (cost: PodCost | undefined) =>
  cost?.amount === undefined ? '–' : `${cost.amount.toFixed(2)} ${cost.currency ?? ''}`.trim()
