import { describe, expect, it } from 'vitest'
import { codeHostUrl, operatorCodeHost } from '../../src/cli/operator-code-host.ts'
import type { OperatorSettings } from '../../src/cli/operator-settings.ts'

const clock = { kind: 'clock', file: 'chain.json' } as const
const bittensor = (endpoint: string): OperatorSettings['chain'] => ({
  kind: 'bittensor',
  endpoint,
  finality: 'finalized',
})

describe('the host of the code', () => {
  it.each<[string, OperatorSettings['chain'], string | undefined, string | undefined]>([
    ['nobody on a clock chain', clock, undefined, undefined],
    ['nobody on a chain of this machine', bittensor('ws://127.0.0.1:9944'), undefined, undefined],
    ['nobody on a chain of this machine by its name', bittensor('local'), undefined, undefined],
    ['nobody on a chain of this machine in IPv6', bittensor('ws://[::1]:9944, ws://localhost:1'), undefined, undefined],
    ['GitHub on finney', bittensor('finney'), undefined, 'https://github.com'],
    [
      'GitHub on a node of one’s own',
      bittensor('wss://node.example, ws://127.0.0.1:9944'),
      undefined,
      'https://github.com',
    ],
    ['whom the settings name', clock, 'https://git.example/mirror', 'https://git.example/mirror'],
    ['nobody where the settings say so', bittensor('finney'), 'none', undefined],
  ])('is %s', (_, chain, code_host, expected) => {
    expect(codeHostUrl({ chain, code_host })).toBe(expected)
    expect(operatorCodeHost({ chain, code_host }) === undefined).toBe(expected === undefined)
  })
})
