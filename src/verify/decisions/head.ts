import type { Head } from '../../rules/schedule.ts'
import type { Step } from '../step.ts'

/** Where the chain stood, as the commit says; undefined where it does not say so, or in no form that can be read. */
export function headOf(trailers: Step['trailers']): Head | undefined {
  const { Block: block = '', 'Block-Time': at = '' } = trailers
  const time = new Date(at)
  if (!/^\d{1,15}$/.test(block) || !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at) || Number.isNaN(time.getTime()))
    return undefined
  return { number: Number(block), time }
}
