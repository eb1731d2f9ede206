/** Whether it is our own network that is down, where nobody answers: then the prompts' own host does not either. */
import type { Downloader, DownloadFailure, LookResult } from '../../media/download.ts'
import { hostOf } from './model-url.ts'
import { PROMPT_IMAGE_LIMITS, type Prompt, unreachable } from './prompts.ts'

export class OwnNetwork {
  readonly #downloader: Downloader
  readonly #signal: AbortSignal
  readonly #asked = new Map<string, Promise<LookResult>>()

  /** For one run: one that met our network down fails in the end, and the next run asks again. */
  constructor(downloader: Downloader, signal: AbortSignal) {
    this.#downloader = downloader
    this.#signal = signal
  }

  /**
   * Thousands may ask, since a host that fails does so for all files: the prompts' host is asked once for those who come
   * while it is being asked, and not again in this run once it did not answer.
   * @throws `unavailable`
   */
  async mustBeUp({ url }: Prompt): Promise<void> {
    const result = await (this.#asked.get(hostOf(url)) ?? this.#ask(url))
    if (isDown(result)) throw unreachable(url, result.detail)
  }

  #ask(url: string): Promise<LookResult> {
    const host = hostOf(url)
    const look = this.#downloader.look(url, PROMPT_IMAGE_LIMITS, this.#signal)
    this.#asked.set(host, look)
    const forget = () => this.#asked.delete(host)
    look.then((result) => isDown(result) || forget(), forget)
    return look
  }
}

const isDown = (result: LookResult): result is DownloadFailure => !result.ok && result.status === undefined
