/** What `power` has to be told, or supposes. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Rates } from '../rules/power-cost.ts'

/** By option: what is supposed where it is not given, and why that. */
const RATES: Readonly<Record<keyof Rates, { readonly value: number; readonly says: string }>> = {
  callsPerDuel: { value: 2, says: 'calls to the judge in a duel: one in each order' },
  tokensIn: { value: 3500, says: 'tokens of a question: three pictures and the rubric' },
  tokensOut: { value: 250, says: 'tokens of an answer' },
  priceIn: { value: 0.1, says: 'money for a million tokens of questions; nobody’s list price' },
  priceOut: { value: 0.4, says: 'money for a million tokens of answers; likewise' },
  latency: { value: 3.2, says: 'seconds that a call takes; with --concurrency the pace of the public rounds' },
  concurrency: { value: 2, says: 'calls under way at a time' },
}
const names = Object.keys(RATES) as (keyof Rates)[]

export interface PowerOptions extends Partial<Rates> {
  readonly config: string
  readonly drawRate?: number
  readonly challengers?: number
  readonly json?: boolean
}

export function addRateOptions(command: Command): Command {
  for (const name of names) {
    const { value, says } = RATES[name]
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <number>`
    command.addOption(
      new Option(flag, `${says} (supposed: ${value})`).argParser(isPrice(name) ? notNegative : positive),
    )
  }
  return command
}

/** All of them, and which are supposed. */
export function ratesOf(options: PowerOptions): { rates: Rates; assumed: string[] } {
  const rates = Object.fromEntries(names.map((name) => [name, options[name] ?? RATES[name].value]))
  return { rates: rates as unknown as Rates, assumed: names.filter((name) => options[name] === undefined) }
}

const isPrice = (name: string) => name.startsWith('price')

function numberThat(holds: (value: number) => boolean, what: string) {
  return (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isFinite(value) && holds(value)) return value
    throw new InvalidArgumentError(`It has to be ${what}.`)
  }
}

export const fraction = numberThat((value) => value >= 0 && value <= 1, 'a fraction from 0 to 1')
export const count = numberThat((value) => Number.isSafeInteger(value) && value >= 1, 'a whole number from 1 on')
const positive = numberThat((value) => value > 0, 'a number above 0')
const notNegative = numberThat((value) => value >= 0, 'a number from 0 on')
