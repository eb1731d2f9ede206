/** A judge card in words: for pages, and for whoever asks how a competition stands. */
import type { Count, JudgeCard } from '../state/judge-card.ts'
import type { Fact } from './views.ts'

export function judgeFacts(card: JudgeCard): Fact[] {
  const { canaries, retests, swaps, draws, voids, cost, drift } = card
  const moved = drift?.draws == null ? undefined : `${percent(drift.draws, true)} since round ${drift.round}`
  return [
    ...counted('Draws of a preview with itself', canaries.itself),
    ...counted('Wins over a worse copy', canaries.degraded),
    ...counted('Texts to the judge without success', canaries.lettered),
    ...counted('Same verdict when asked again', retests),
    ...counted('Same outcome in both orders', swaps),
    ...counted('Draws', draws, moved),
    ...counted('Without a verdict', voids),
    ...(cost.calls === 0 ? [] : [{ name: 'Cost', ...costOf(cost) }]),
  ]
}

function counted(name: string, { yes, of, low, high }: Count, also?: string): Fact[] {
  if (of === 0) return []
  const note = `${percent(yes / of)}, between ${percent(low)} and ${percent(high)}`
  return [{ name, value: `${yes} of ${of}`, note: also === undefined ? note : `${note}; ${also}` }]
}

function costOf({ calls, input_tokens, output_tokens, seconds, money }: JudgeCard['cost']): Omit<Fact, 'name'> {
  const price = money === undefined ? '' : `, ${money.toFixed(2)} of money`
  const tokens = `${input_tokens} tokens read, ${output_tokens} written`
  return { value: `${calls} calls${price}`, note: `${tokens}, ${Math.round(seconds)} s of answering` }
}

function percent(share: number, signed = false): string {
  const text = `${(Math.abs(share) * 100).toFixed(1)} %`
  return signed ? `${share < 0 ? '−' : '+'}${text}` : text
}
