import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { notificationSchema } from '../../src/cli/notifications-settings.ts'
import { EVENTS, LASTING_EVENTS } from '../../src/notify/notifier.ts'

const text = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8')
const section = /^## Being told\n(.*?)^## /ms.exec(text)?.[1] ?? ''
const rows = section.split('\n').flatMap((line) => /^\| `([\w-]+)` \| (.*) \| (.*) \|$/.exec(line)?.slice(1, 4) ?? [])
const sources = ['notices', 'crown-notice', 'audit-notices', 'troubles', 'chat-board']
  .map((name) => readFileSync(new URL(`../../src/notify/${name}.ts`, import.meta.url), 'utf8'))
  .join('\n')

describe('docs/operating.md', () => {
  it('says of every event what is told, and what to do about it', () => {
    const told = [0, 1, 2].map((column) => rows.filter((_, at) => at % 3 === column))
    const named = told[0] ?? []
    expect(named.filter((name) => (EVENTS as readonly string[]).includes(name))).toEqual([...EVENTS])
    for (const remedy of told[2] ?? []) expect(remedy.length).toBeGreaterThan(5)
  })

  it('knows every title', () => {
    const literals = [...sources.matchAll(/title[:=]? ?=?\s*(?:`([^`]+)`|'([^']+)')/g)]
    const titles = literals.map(([, template, plain]) => template ?? plain ?? '')
    expect(titles.length).toBeGreaterThan(15)
    const words = titles.map((title) =>
      title
        .replace(/\$\{[^{}]*(\{[^{}]*\}[^{}]*)*\}/g, '…')
        .replace(/^Round …:? ?/, '')
        .split('…')
        .map((part) => part.trim())
        .filter((part) => part.length > 3),
    )
    expect(words.flat().filter((part) => !section.includes(part))).toEqual([])
  })

  it('names every kind of notification with its default variable', () => {
    const kinds = notificationSchema.options.map((option) => option.shape.kind.value)
    expect(kinds).toEqual(rows.filter((_, at) => at % 3 === 0).slice(0, kinds.length))
    expect(section).toContain(LASTING_EVENTS.map((event) => `\`${event}\``).join(', '))
    expect(section).toContain('ROUNDKEEPER_DISCORD_WEBHOOK')
  })
})
