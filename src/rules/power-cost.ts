/** What a round of equals costs its judges. */

export interface Rates {
  /** 2 for a judge that is asked in both orders. */
  readonly callsPerDuel: number
  readonly tokensIn: number
  readonly tokensOut: number
  /** Money for a million tokens. */
  readonly priceIn: number
  readonly priceOut: number
  /** Seconds that a call takes, and how many are under way at a time. */
  readonly latency: number
  readonly concurrency: number
}

export interface Cost {
  readonly duels: number
  readonly calls: number
  readonly tokens: number
  readonly money: number
  readonly hours: number
}

/** @param matches of both judges together @param duels that a judge is asked about in a match, on average */
export function costOf(matches: number, duels: number, rates: Rates): Cost {
  const all = matches * duels
  const calls = all * rates.callsPerDuel
  return {
    duels: all,
    calls,
    tokens: calls * (rates.tokensIn + rates.tokensOut),
    money: (calls * (rates.tokensIn * rates.priceIn + rates.tokensOut * rates.priceOut)) / 1e6,
    hours: (calls * rates.latency) / rates.concurrency / 3600,
  }
}
