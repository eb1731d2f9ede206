import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { forgetSecrets, hide } from '../../src/mask.ts'
import { DiscordNotifier, discordMessage } from '../../src/notify/discord.ts'
import { asMarkdown } from '../../src/notify/markdown.ts'
import type { Notice } from '../../src/notify/notifier.ts'
import { placesOf } from '../../src/notify/places.ts'
import { SlackNotifier, slackMessage } from '../../src/notify/slack.ts'
import { troublesOf } from '../../src/notify/troubles.ts'
import fc from '../support/properties.ts'
import { startWebhooks } from '../support/webhooks.ts'

const at = new Date('2026-01-02T03:04:05Z')
const notice = (text: string): Notice => ({
  ...{ event: 'crown', tone: 'good', title: text, text, at },
  facts: [{ name: 'Leader', value: text, at }],
  links: [{ text: 'commit', url: 'https://example.org/c' }],
})
/** Between them, everything that some medium gives a meaning to. */
const hostile = fc
  .array(
    fc.constantFrom(
      ...[
        '@everyone',
        '<@123>',
        '<!channel>',
        '<!-- x -->',
        '[a](https://evil.example)',
        'https://evil.example',
        '`',
        '**',
        '_',
        '|',
      ],
      ...['\\', '#1', '&', '~~', '<b>', '>', 'http://x', 'WWW.evil.example', '@org/team', 'x'.repeat(900), ' ', '\n'],
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

describe('messages', () => {
  it('keep strangers’ texts to letters: nobody is pinged, nothing can be followed, nothing is too long', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const discord = JSON.stringify(discordMessage(notice(text)))
        expect(discord).toContain('"allowed_mentions":{"parse":[]}')
        const { text: slack } = slackMessage(notice(text)) as { text: string }
        for (const said of [discord, slack, asMarkdown(notice(text))]) {
          expect(said).not.toMatch(/@\w|\]\((?!https:\/\/example)|:\/\/evil|(?<!\\)<[@!]|www\.evil/i)
          expect(said.replaceAll('https://example.org/c', '')).not.toMatch(/https?:\/\//)
        }
        expect(slack.length).toBeLessThan(6000)
        expect(slack.replace('<https://example.org/c|commit>', '')).not.toMatch(/[<>]/)
      }),
    )
  })

  it('hold no secret of a foreign error, whatever escaping or cutting makes of it', () => {
    hide('se_cret-[42]*value')
    const [trouble] = troublesOf({ error: new Error(`${'x'.repeat(390)} se_cret-[42]*value`) }, undefined, at)
    const told = [trouble?.notice].flatMap((one) =>
      one ? [discordMessage(one), slackMessage(one), asMarkdown(one)] : [],
    )
    forgetSecrets()
    expect(told).toHaveLength(3)
    expect(JSON.stringify(told)).not.toMatch(/se\\*_?\u200b?c|\bse/)
  })

  it('stay within the limits of Discord, whatever is told', () => {
    const facts = Array.from({ length: 40 }, () => ({ name: '*'.repeat(500), value: '_'.repeat(5000), at }))
    const { embeds } = discordMessage({ ...notice('|'.repeat(9000)), facts }) as {
      embeds: { title: string; description: string; fields: { name: string; value: string }[] }[]
    }
    const [embed] = embeds
    expect(embed?.title.length).toBeLessThanOrEqual(256)
    expect(embed?.description.length).toBeLessThanOrEqual(4096)
    expect(embed?.fields.length).toBeLessThanOrEqual(25)
    for (const { name, value } of embed?.fields ?? []) {
      expect(name.length).toBeLessThanOrEqual(256)
      expect(value.length).toBeLessThanOrEqual(1024)
    }
    const parts = [
      embed?.title,
      embed?.description,
      ...(embed?.fields ?? []).flatMap(({ name, value }) => [name, value]),
    ]
    expect(parts.join('').length).toBeLessThanOrEqual(6000)
  })

  it('look as the first competition had them on Discord, and give the moment in the reader’s own time', () => {
    expect(discordMessage(notice('Round 3: a new leader'))).toEqual({
      embeds: [
        {
          title: 'Round 3: a new leader',
          color: 0x2ecc71,
          timestamp: '2026-01-02T03:04:05.000Z',
          description: 'Round 3: a new leader\n[commit](https://example.org/c)',
          fields: [{ name: 'Leader', value: 'Round 3: a new leader, <t:1767323045:f>', inline: false }],
        },
      ],
      allowed_mentions: { parse: [] },
    })
    expect(slackMessage(notice('a & b'))).toMatchObject({
      text: '✅ *a &amp; b*\na &amp; b\nLeader: a &amp; b, 2026-01-02 03:04 UTC\n<https://example.org/c|commit>',
    })
  })

  it('are sent again as the host asks for, given up where it would not help, and no error holds the address', async () => {
    await using hooks = await startWebhooks()
    const clock = new VirtualClock(at, { autoAdvance: true })
    const webhook = { variable: 'HOOK', url: `${hooks.url}/secret-part`, clock }
    const { signal } = new AbortController()
    hooks.faults.push({ status: 429, body: '{"retry_after": 1.5}' }, { status: 0 })
    await new DiscordNotifier(webhook).tell(notice('a'), signal)
    expect(clock.now().getTime() - at.getTime()).toBe(2_500)
    hooks.faults.push({ status: 429, headers: { 'retry-after': '2' } })
    await new SlackNotifier(webhook).tell(notice('b'), signal)
    expect(hooks.taken).toHaveLength(2)
    const answers = [
      { faults: [{ status: 429, headers: { 'retry-after': '3600' } }], code: 'unavailable' },
      { faults: [{ status: 500 }, { status: 502 }, { status: 0 }], code: 'unavailable' },
      { faults: [{ status: 404, body: 'secret-part' }], code: 'unauthorised' },
      { faults: [{ status: 400 }], code: 'refused' },
      { faults: [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }], code: 'refused' },
    ]
    for (const { faults, code } of answers) {
      hooks.faults.push(...faults)
      const error: unknown = await new DiscordNotifier(webhook)
        .tell(notice('c'), signal)
        .catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code, where: 'the webhook in HOOK', hint: expect.any(String) })
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-part')
    }
  })
})

describe('places on the web', () => {
  it('are those of the repository, without credentials, or none', () => {
    const commitIn = (repo: string, github?: string) => placesOf(repo, github).commit('a'.repeat(40))[0]?.url
    expect(commitIn('github:ada/tiny')).toBe(`https://github.com/ada/tiny/commit/${'a'.repeat(40)}`)
    expect(commitIn('github:ada/tiny', 'https://ghe.example')).toMatch(/^https:\/\/ghe\.example\/ada\/tiny\/commit/)
    expect(commitIn('https://x:y@git.example:8443/ada/tiny.git/')).toMatch(
      /^https:\/\/git\.example:8443\/ada\/tiny\/commit/,
    )
    expect(commitIn('state.git')).toBeUndefined()
    expect(placesOf('/srv/state.git').files('a', 1)).toEqual([])
  })
})
