/** The host that `roundkeeper.json` has asked for miners' code. */
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { networkOf } from '../chain/networks.ts'
import type { CodeHost } from '../repo/code-host.ts'
import { GITHUB, GitCodeHost } from '../repo/git-code-host.ts'
import type { OperatorSettings } from './operator-settings.ts'

/** @returns undefined where nobody is asked @throws `usage` for a chain's endpoint that is none */
export function operatorCodeHost(settings: Pick<OperatorSettings, 'chain' | 'code_host'>): CodeHost | undefined {
  const url = codeHostUrl(settings)
  return url === undefined ? undefined : new GitCodeHost({ baseUrl: url })
}

/** GitHub where miners are strangers; on a chain of this machine repositories tend to be made up. */
export function codeHostUrl({ chain, code_host: url }: Pick<OperatorSettings, 'chain' | 'code_host'>) {
  if (url !== undefined) return url === 'none' ? undefined : url
  const ownChain = chain.kind === 'clock' || networkOf(chain.endpoint).endpoints.every(isHere)
  return ownChain ? undefined : GITHUB
}

function isHere(endpoint: string): boolean {
  const host = new URL(endpoint).hostname.replace(/^\[|\]$/g, '')
  return host === 'localhost' || (isIP(host) !== 0 && ipaddr.process(host).range() === 'loopback')
}
