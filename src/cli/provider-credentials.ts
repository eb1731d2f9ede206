/** What providers of machines know their customers by: in the environment only, for operators and miners alike. */
import type { ProviderName } from './pods-settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Which variables a provider's credentials are in; any of several names of one. */
const VARIABLES: Readonly<Record<ProviderName, readonly (readonly string[])[]>> = {
  targon: [['TARGON_API_KEY']],
  verda: [['VERDA_CLIENT_ID'], ['VERDA_CLIENT_SECRET'], ['VERDA_GENERATION_TOKEN']],
  runpod: [['RUNPOD_API_KEY', 'RUNPOD_PROVIDER_API_KEY']],
  container: [],
  local: [],
}

/** @returns their values in that order, and the variables of those that are not set */
export function credentialsOf(name: ProviderName, environment: Environment): { values: string[]; missing: string[] } {
  const found = VARIABLES[name].map((names) => names.map((each) => environment[each]).find((value) => value))
  const missing = VARIABLES[name].flatMap(([first = ''], at) => (found[at] === undefined ? [first] : []))
  return { values: found.map((value) => value ?? ''), missing }
}
