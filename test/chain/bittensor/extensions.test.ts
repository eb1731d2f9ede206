import { describe, expect, it } from 'vitest'
import { mustKnowExtensions } from '../../../src/chain/bittensor/extensions.ts'
import type { Session } from '../../../src/chain/bittensor/session.ts'
import { devMetadata, METADATA_VERSIONS } from '../../../src/chain/dev/metadata/index.ts'
import { openMetadata } from '../dev/metadata-facts.ts'

/** A session with the dev chain's metadata, in which one extension may have another name of the same length. */
function sessionOf(version: (typeof METADATA_VERSIONS)[number], name = '', renamed = ''): Session {
  const bytes = Buffer.from(devMetadata(version)).toString('latin1').replaceAll(name, renamed)
  const { metadata, registry } = openMetadata(Buffer.from(bytes, 'latin1'))
  const api = { runtimeMetadata: metadata, registry }
  return { api, link: { endpoint: 'ws://127.0.0.1' }, specVersion: 424 } as unknown as Session
}

describe.each(METADATA_VERSIONS)('signed extensions in metadata version %i', (version) => {
  it('may be unknown where they carry nothing, as four of Bittensor do', () => {
    expect(() => mustKnowExtensions(sessionOf(version))).not.toThrow()
  })

  it.each([
    ['CheckNonce', 'ClickNonce', 'carries a number'],
    ['CheckGenesis', 'ClickGenesis', 'has a hash signed that is not in the extrinsic'],
  ])('are refused where an unknown one (%s as %s) %s', (name, renamed) => {
    const refused = () => mustKnowExtensions(sessionOf(version, name, renamed))
    expect(refused).toThrow(expect.objectContaining({ code: 'refused', message: expect.stringContaining(renamed) }))
  })
})
