/** Pallet `Commitments`: one commitment a hotkey and subnet, and the reveal of those that are under a timelock. */
import { type Data, DEFAULT_MAX_SPACE, decodeInfo, MAX_FIELDS, REVEALS_KEPT, spaceOf } from '../../commitment-data.ts'
import { decrypt } from '../../timelock/timelock.ts'
import { type Context, ensure, type Handler, signerOf } from '../runtime/context.ts'
import type { State } from '../runtime/state.ts'

type Timelock = Extract<Data, { kind: 'timelock' }>

export const setCommitment: Handler = (context, args, origin) => {
  const { state, block } = context
  const who = signerOf(origin)
  const netuid = args.number('netuid')
  const info = args.codec('info')
  ensure(state.has('SubtensorModule.Uids', netuid, who), 'Commitments.AccountNotAllowedCommit')
  const read = decodeInfo(info.toU8a())
  ensure(read.ok && read.value.length <= MAX_FIELDS, 'Commitments.TooManyFieldsInCommitmentInfo')
  const fields = read.ok ? read.value : []
  takeSpace(state, netuid, who, spaceOf(fields))

  state.set('Commitments.CommitmentOf', [netuid, who], { deposit: 0, block, info })
  state.set('Commitments.LastCommitment', [netuid, who], block)
  const [timelock] = fields.filter(isTimelock)
  setPending(state, netuid, who, timelock !== undefined)
  if (timelock === undefined) context.emit('Commitments.Commitment', netuid, who)
  else context.emit('Commitments.TimelockCommitment', netuid, who, timelock.revealRound)
}

export const setMaxSpace: Handler = ({ state }, args, origin) => {
  ensure(origin === 'root', 'BadOrigin')
  state.set('Commitments.MaxSpace', [], args.number('new_limit'))
}

/** What every block does first: opens what can be opened by now. What cannot be decrypted is dropped without a word. */
export function revealCommitments(context: Context): void {
  for (const [netuid, who] of pending(context.state)) reveal(context, netuid, who)
}

/** The next round that some commitment waits for, of those that may still come; undefined for none. */
export function nextRevealRound({ state, beacon, timeMs }: Context): number | undefined {
  const rounds = pending(state)
    .flatMap(([netuid, who]) => fieldsOf(state, netuid, who).filter(isTimelock))
    .map(({ revealRound }) => Number(revealRound))
    .filter((round) => round >= beacon.oldestAt(timeMs))
  return rounds.length === 0 ? undefined : Math.min(...rounds)
}

function takeSpace(state: State, netuid: number, who: string, required: number): void {
  const epoch = state.number('SubtensorModule.SubnetEpochIndex', netuid)
  const usage = state.json('Commitments.UsedSpaceOf', netuid, who) as { lastEpoch: number; usedSpace: number } | null
  const used = usage !== null && Number(usage.lastEpoch) === epoch ? Number(usage.usedSpace) : 0
  const limit = state.number('Commitments.MaxSpace') || DEFAULT_MAX_SPACE
  ensure(used + required <= limit, 'Commitments.SpaceLimitExceeded')
  state.set('Commitments.UsedSpaceOf', [netuid, who], { lastEpoch: epoch, usedSpace: used + required })
}

function reveal(context: Context, netuid: number, who: string): void {
  const { state, beacon, timeMs, block } = context
  const fields = fieldsOf(state, netuid, who)
  const due = fields.filter(isTimelock).filter(({ revealRound }) => beacon.has(Number(revealRound), timeMs))
  const rest = fields.flatMap((field, at) => (due.some((each) => each === field) ? [] : [at]))
  if (due.length === 0 && fields.some(isTimelock)) return

  const opened = due.flatMap(({ encrypted, revealRound }) => {
    const read = decrypt(encrypted, beacon.pulse(Number(revealRound)).signature)
    return read.ok && read.value.length > 0 ? [read.value] : []
  })
  if (opened.length > 0) {
    const before = state.list<[string, number]>('Commitments.RevealedCommitments', netuid, who)
    const texts = opened.map((bytes) => [`0x${Buffer.from(bytes).toString('hex')}`, block])
    state.set('Commitments.RevealedCommitments', [netuid, who], [...before, ...texts].slice(-REVEALS_KEPT))
    context.emit('Commitments.CommitmentRevealed', netuid, who)
  }
  keepFields(state, netuid, who, rest)
  setPending(
    state,
    netuid,
    who,
    rest.some((at) => isTimelock(fields[at]!)),
  )
}

/** Only these fields of a commitment stay, by their places; nothing of it if none do. */
function keepFields(state: State, netuid: number, who: string, places: readonly number[]): void {
  const registration = state.codec('Commitments.CommitmentOf', netuid, who) as unknown as StoredRegistration | undefined
  if (registration === undefined) return
  if (places.length === 0) {
    state.remove('Commitments.CommitmentOf', [netuid, who])
    return
  }
  const fields = places.map((at) => registration.info.fields[at])
  const { deposit, block } = registration
  state.set('Commitments.CommitmentOf', [netuid, who], { deposit, block, info: { fields } })
}

interface StoredRegistration {
  readonly deposit: unknown
  readonly block: unknown
  readonly info: { readonly fields: readonly unknown[]; toU8a(): Uint8Array }
}

function fieldsOf(state: State, netuid: number, who: string): readonly Data[] {
  const registration = state.codec('Commitments.CommitmentOf', netuid, who) as unknown as StoredRegistration | undefined
  const read = registration && decodeInfo(registration.info.toU8a())
  return read?.ok ? read.value : []
}

const isTimelock = (field: Data): field is Timelock => field.kind === 'timelock'

const pending = (state: State) => state.list<[netuid: number, who: string]>('Commitments.TimelockedIndex')

function setPending(state: State, netuid: number, who: string, isPending: boolean): void {
  const index = pending(state)
  const others = index.filter((entry) => entry[0] !== netuid || entry[1] !== who)
  if (!isPending && others.length === index.length) return
  state.set('Commitments.TimelockedIndex', [], isPending ? [...others, [netuid, who]] : others)
}
