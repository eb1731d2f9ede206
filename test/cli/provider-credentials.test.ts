import { describe, expect, it } from 'vitest'
import { credentialsOf } from '../../src/cli/provider-credentials.ts'

describe('credentials of a provider', () => {
  it('come from its variables, by any of their names', () => {
    expect(credentialsOf('runpod', { RUNPOD_PROVIDER_API_KEY: 'k' })).toEqual({ values: ['k'], missing: [] })
    expect(credentialsOf('runpod', { RUNPOD_API_KEY: 'a', RUNPOD_PROVIDER_API_KEY: 'b' }).values).toEqual(['a'])
    expect(credentialsOf('container', {})).toEqual({ values: [], missing: [] })
  })

  it('that are not set, or set to nothing, are named', () => {
    const { values, missing } = credentialsOf('verda', { VERDA_CLIENT_ID: '', VERDA_CLIENT_SECRET: 's' })
    expect(missing).toEqual(['VERDA_CLIENT_ID', 'VERDA_GENERATION_TOKEN'])
    expect(values).toEqual(['', 's', ''])
  })
})
