import { describe, expect, it } from 'vitest'
import { mustKnowExtensions } from '../../../src/chain/bittensor/extensions.ts'
import type { Runtime } from '../../../src/chain/bittensor/runtime.ts'
import type { Session } from '../../../src/chain/bittensor/session.ts'
import { devMetadata, METADATA_VERSIONS } from '../../../src/chain/dev/metadata/index.ts'
import { openMetadata } from '../dev/metadata-facts.ts'

const session = { link: { endpoint: 'ws://127.0.0.1' }, specVersion: 424 } as unknown as Session

/** A runtime with the dev chain's metadata, in which one extension may have another name of the same length. */
function runtimeOf(version: (typeof METADATA_VERSIONS)[number], name = '', renamed = ''): Runtime {
  const bytes = Buffer.from(devMetadata(version)).toString('latin1').replaceAll(name, renamed)
  const { metadata, registry } = openMetadata(Buffer.from(bytes, 'latin1'))
  return { runtimeMetadata: metadata, registry } as unknown as Runtime
}

describe.each(METADATA_VERSIONS)('signed extensions in metadata version %i', (version) => {
  it('may be unknown where they carry nothing, as four of Bittensor do', () => {
    expect(() => mustKnowExtensions(runtimeOf(version), session)).not.toThrow()
  })

  it.each([
    ['CheckNonce', 'ClickNonce', 'carries a number'],
    ['CheckGenesis', 'ClickGenesis', 'has a hash signed that is not in the extrinsic'],
  ])('are refused where an unknown one (%s as %s) %s', (name, renamed) => {
    const refused = () => mustKnowExtensions(runtimeOf(version, name, renamed), session)
    expect(refused).toThrow(expect.objectContaining({ code: 'refused', message: expect.stringContaining(renamed) }))
  })
})
