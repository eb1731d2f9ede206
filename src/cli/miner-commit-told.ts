/** What is said of a commitment: to a script of the original's, to one of ours, to a person. */
import type { Submitted } from '../miner/submit.ts'
import { printLine } from './miner-voice.ts'
import { print, printJson } from './output.ts'

export type CommitFields = Readonly<Record<string, string>>

export interface Told {
  readonly fields: CommitFields
  readonly submitted: Submitted
  readonly warnings: readonly string[]
  readonly hotkey: string
  readonly netuid: number
}

/** A line that is no JSON, then the object; but of the block, which the original did not know, the true number. */
export function tellAsOriginal({ fields, submitted: { round, committed, sealing } }: Told): void {
  if (committed === undefined) {
    const payload = { payload: sealing.text, payload_hex: hex(sealing.plaintext), reveal_round: sealing.revealRound }
    printLine({ success: true, ...fields, round, dry_run: true, ...payload })
    return
  }
  print(`Committed at block ${committed.blockNumber}`)
  printLine({ success: true, ...fields, round })
}

/** With all that the original does not tell. */
export function tellAsJson({ fields, submitted, warnings, hotkey, netuid }: Told): void {
  const { round, sealing, committed, revealedAt } = submitted
  printJson({
    success: true,
    ...fields,
    round,
    hotkey,
    netuid,
    ...(committed === undefined
      ? {
          dry_run: true,
          payload: sealing.text,
          payload_hex: hex(sealing.plaintext),
          space: sealing.space,
          block_number: sealing.head.number,
        }
      : {
          extrinsic_hash: committed.extrinsicHash,
          block_hash: committed.blockHash,
          block_number: committed.blockNumber,
        }),
    reveal_round: committed?.revealRound ?? sealing.revealRound,
    expected_reveal_block: committed?.expectedRevealBlock ?? sealing.expectedRevealBlock,
    revealed_at_block: revealedAt ?? null,
    warnings,
  })
}

export function tell({ fields, submitted: { round, sealing, committed, revealedAt }, hotkey, netuid }: Told): void {
  const rows: [string, string][] = [
    ['text', sealing.text],
    ['as', `${hotkey} on subnet ${netuid}, for round ${round}`],
  ]
  if (committed === undefined) {
    rows.push(['bytes', hex(sealing.plaintext)])
    rows.push(['reveal', `drand round ${sealing.revealRound}, at about block ${sealing.expectedRevealBlock}`])
    rows.push(['sent', `nothing: this was a dry run at block ${sealing.head.number}`])
  } else {
    rows.push(['block', `${committed.blockNumber} (${committed.blockHash})`])
    rows.push(['extrinsic', committed.extrinsicHash])
    rows.push([
      'reveal',
      revealedAt === undefined
        ? `drand round ${committed.revealRound}, at about block ${committed.expectedRevealBlock}`
        : `shown since block ${revealedAt}`,
    ])
    rows.push([
      'next',
      'commit' in fields
        ? 'make the repository public, then roundkeeper miner commit-repo-cdn'
        : 'roundkeeper miner status',
    ])
  }
  for (const [name, value] of rows) print(`${name.padEnd(11)}${value}`)
}

const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`
