/** Prompts of a miner's own as a round names them, and their pictures: files of this machine, or fetched. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Downloader } from '../media/download.ts'
import { sha256Hex } from '../rules/digest.ts'
import type { LocalPrompt } from './judge-prompts.ts'

/** Names a prompt as rounds do, and changes with its picture or its address. */
export const addressOf = ({ url, stem }: LocalPrompt): string => `prompt:/${sha256Hex(url).slice(0, 16)}/${stem}.img`

/** What is behind each address: `prompt:` and `file:` besides those of the downloader. */
export const addressesOf = (prompts: readonly LocalPrompt[]): Map<string, string> =>
  new Map(prompts.map((prompt) => [addressOf(prompt), prompt.url]))

export function fetching(urls: ReadonlyMap<string, string>, downloader: Downloader): Downloader {
  return {
    look: (address, limits, signal) => downloader.look(urls.get(address) ?? address, limits, signal),
    stream: (address, limits, ...rest) => downloader.stream(urls.get(address) ?? address, limits, ...rest),
    async fetch(address, limits, signal) {
      const url = urls.get(address) ?? address
      if (!url.startsWith('file:')) return downloader.fetch(url, limits, signal)
      return { ok: true, bytes: await readFile(fileURLToPath(url)) }
    },
  }
}
