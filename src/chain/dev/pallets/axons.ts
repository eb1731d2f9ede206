/** Where a neuron can be reached: `serve_axon` (pallet `SubtensorModule`). */
import { ensure, type Handler, signerOf } from '../runtime/context.ts'

const failure = (name: string) => `SubtensorModule.${name}`
const FIELDS = ['version', 'ip', 'port', 'ip_type', 'protocol', 'placeholder1', 'placeholder2'] as const

export const serveAxon: Handler = (context, args, origin) => {
  const { state, block } = context
  const who = signerOf(origin)
  const netuid = args.number('netuid')
  ensure(state.has('SubtensorModule.Uids', netuid, who), failure('HotKeyNotRegisteredInNetwork'))
  ensure(isAddress(args.big('ip'), args.number('ip_type')), failure('InvalidIpAddress'))
  ensure(args.number('port') > 0, failure('InvalidPort'))
  const known = state.json('SubtensorModule.Axons', netuid, who) as { block: number } | null
  const wait = state.number('SubtensorModule.ServingRateLimit', netuid)
  ensure(known === null || block - Number(known.block) >= wait, failure('ServingRateLimitExceeded'))

  const values = Object.fromEntries(FIELDS.map((field) => [camel(field), args.codec(field)]))
  state.set('SubtensorModule.Axons', [netuid, who], { block, ...values })
  context.emit('SubtensorModule.AxonServed', netuid, who)
}

/** None that is only of this machine, or nobody's. */
function isAddress(ip: bigint, type: number): boolean {
  const loopback = type === 4 ? ip >> 24n === 127n : ip === 1n
  const fits = type === 4 ? ip < 2n ** 32n - 1n : type === 6
  return fits && ip !== 0n && !loopback
}

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
