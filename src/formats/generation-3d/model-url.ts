import type { Submission } from '../../state/submissions.ts'
import { required } from './required.ts'

/** Where a miner serves its model for a prompt. @throws `state-file` for an entry without an address */
export function modelUrl(entry: Submission, stem: string, artifact: string): string {
  const { cdn_url: cdn } = required(entry, 'submissions.json', 'cdn_url')
  return `${cdn.replace(/\/+$/, '')}/${encodeURIComponent(stem)}.${artifact}`
}

/** What miners share a host by; an address that is none is its own. */
export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url)
