/**
 * Troubles for media that forget, such as chats: told when they begin, once more on each day (UTC) that they last, and when
 * they are over. What has been told is in the memory: a day's first trouble, its end, the second one, and so on.
 */
import type { Memory } from './memory.ts'
import type { Board, Notice, Notifier, Trouble } from './notifier.ts'

/** After which a day's troubles of one kind are old news. */
const MAX_A_DAY = 10
const DAY_MS = 86_400_000

export class ChatBoard implements Board {
  readonly id: string
  readonly #chat: Notifier
  readonly #memory: Memory
  readonly #now: () => Date

  constructor(chat: Notifier, memory: Memory, now: () => Date) {
    this.id = chat.id
    this.#chat = chat
    this.#memory = memory
    this.#now = now
  }

  async show({ event, notice, over }: Trouble, signal: AbortSignal): Promise<void> {
    // Of these the commits tell, when they begin.
    if (event === 'hold' || event === 'review') return
    const now = this.#now()
    const today = await this.#lastOf(event, now)
    if (notice !== undefined) {
      if (today.isOpen || today.count === MAX_A_DAY) return
      await this.#chat.tell(notice, signal)
      return this.#memory.add(`${today.name} ${today.count + 1} begun`)
    }
    const last = today.count > 0 ? today : await this.#lastOf(event, new Date(now.getTime() - DAY_MS))
    if (!last.isOpen) return
    const title = event === 'late' ? 'On time again' : 'It works again'
    await this.#chat.tell({ event, tone: 'good', title, text: over, facts: [], links: [], at: now }, signal)
    await this.#memory.add(`${last.name} ${last.count} over`)
  }

  test(notice: Notice, signal: AbortSignal): Promise<void> {
    return this.#chat.tell(notice, signal)
  }

  async #lastOf(event: string, day: Date): Promise<{ name: string; count: number; isOpen: boolean }> {
    const name = `${this.id} ${event} ${day.toISOString().slice(0, 10)}`
    let count = 0
    while (count < MAX_A_DAY && (await this.#memory.has(`${name} ${count + 1} begun`))) count++
    return { name, count, isOpen: count > 0 && !(await this.#memory.has(`${name} ${count} over`)) }
  }
}
