/** What is signed besides the call itself: the runtime's signed extensions, and whether we know all that carry anything. */
import { RoundkeeperError } from '../../errors.ts'
import type { Runtime } from './runtime.ts'
import type { Session } from './session.ts'

/** Those with bytes in the extrinsic or in what is signed; the library writes them as the runtime reads them. */
const KNOWN = new Set([
  'CheckSpecVersion',
  'CheckTxVersion',
  'CheckGenesis',
  'CheckMortality',
  'CheckEra',
  'CheckNonce',
  'ChargeTransactionPayment',
  'CheckMetadataHash',
])

/** @throws `refused` when the runtime wants something signed that we do not know: every signature would be a bad one */
export function mustKnowExtensions(api: Runtime, { link, specVersion }: Session): void {
  const { registry } = api
  const carriesNothing = (type: Parameters<typeof registry.createLookupType>[0]) =>
    registry.createTypeUnsafe(registry.createLookupType(type), []).encodedLength === 0
  const unknown = extensionsOf(api)
    .filter(({ identifier }) => !KNOWN.has(identifier.toString()))
    .filter(({ type, implicit }) => !carriesNothing(type) || !carriesNothing(implicit))
  if (unknown.length === 0) return
  const names = unknown.map(({ identifier }) => identifier.toString()).join(', ')
  throw new RoundkeeperError('refused', `runtime ${specVersion} wants something signed that we do not know: ${names}`, {
    where: link.endpoint,
    hint: 'Nothing was signed or sent. Update Roundkeeper to a version that knows this runtime.',
  })
}

/** The library's own conversion of metadata before version 16 forgets what is signed implicitly: it misspells the field. */
const extensionsOf = ({ runtimeMetadata, registry }: Runtime) =>
  runtimeMetadata.version < 16
    ? runtimeMetadata.asV15.extrinsic.signedExtensions.map(({ identifier, type, additionalSigned }) => ({
        identifier,
        type,
        implicit: additionalSigned,
      }))
    : [...registry.metadata.extrinsic.transactionExtensions]
