import { describe, expect, it } from 'vitest'
import type { AdvanceReport } from '../../src/engine/advance.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { ChatBoard } from '../../src/notify/chat-board.ts'
import { IssueBoard } from '../../src/notify/issue-board.ts'
import { memoryIn } from '../../src/notify/memory.ts'
import { EVENTS, LASTING_EVENTS, type NoticeEvent } from '../../src/notify/notifier.ts'
import { placesOf } from '../../src/notify/places.ts'
import { type Listener, tellAll } from '../../src/notify/tell.ts'
import type { Outcome } from '../../src/notify/troubles.ts'
import { WebhookNotifier } from '../../src/notify/webhook.ts'
import { competition, everyRound, miner, type Setup, type TestCompetition, testConfig } from '../support/competition.ts'
import { startGithubIssues } from '../support/github-issues.ts'
import { startWebhooks } from '../support/webhooks.ts'

const good = miner('good', 3)
const OID = '0'.repeat(40)

async function world(setup: Setup = {}, events: readonly NoticeEvent[] = EVENTS) {
  const game = await competition({
    config: testConfig({ last_competition_date: '2026-03-01' }),
    leader: miner('base', 1),
    miners: [good],
    before: everyRound(good),
    ...setup,
  })
  const hooks = await startWebhooks()
  const github = await startGithubIssues({ token: 'hush' })
  const { clock, repo, store } = game
  const memory = memoryIn(store)
  const chat = (path: string): Listener => {
    const notifier = new WebhookNotifier({ variable: path.toUpperCase(), url: `${hooks.url}/${path}`, clock }, 'tiny')
    return { notifier, board: new ChatBoard(notifier, memory, () => clock.now()), events: new Set(events) }
  }
  const board = new IssueBoard({
    repository: 'Owner/competition',
    token: 'hush',
    competition: 'Tiny',
    clock,
    baseUrl: github.url,
  })
  const listeners = [chat('chat'), { board, events: new Set(LASTING_EVENTS) }]
  const places = placesOf('https://user:pass@example.org/ada/tiny.git')
  const tell = (outcome: Outcome, to = listeners) => tellAll(outcome, { repo, clock, memory, places, listeners: to })
  const titles = (path = 'chat') => hooks.taken.filter((each) => each.path === `/${path}`).map(({ body }) => body.title)
  const end = async () => {
    await Promise.all([game, hooks, github].map((each) => each[Symbol.asyncDispose]()))
  }
  return { game, hooks, github, chat, listeners, tell, titles, [Symbol.asyncDispose]: end }
}

const idle: AdvanceReport = { status: 'idle', round: 0, stage: 'open', did: [], commits: [], errors: [] }

/** As `play`, and everybody is told after each tick; by two runs, one after the other. */
async function playAndTell(game: TestCompetition, tell: (outcome: Outcome) => Promise<unknown>, until: string) {
  for (let i = 0; i < 50; i++) {
    await everyRound(good)(game)
    const report = await game.tick()
    await tell({ report })
    await tell({ report: idle })
    if (report.stage === until) return
    game.clock.set(new Date(Math.max(report.waiting?.eta?.getTime() ?? 0, game.clock.now().getTime() + 1000)))
  }
  throw new Error(`it never comes to ${until}`)
}

describe('who is told what', () => {
  it('hears of a whole competition in its order, of each fact once, with dates, blocks and links', async () => {
    await using all = await world()
    await playAndTell(all.game, all.tell, 'finished')
    expect(all.titles()).toEqual([
      'Round 0: submissions collected',
      'Round 0: generation is over',
      'Round 0: downloads complete',
      'Round 0: 1 audit needed',
      'Round 0: generation audit passed',
      'Round 0: judged',
      'Round 0: a new leader',
      'The competition is over after round 0',
    ])
    const [first] = all.hooks.taken
    expect(first?.body).toMatchObject({
      ...{ competition: 'tiny', event: 'stage', text: expect.stringContaining('1 entry') },
      facts: [
        { name: 'Round', value: '0' },
        { name: 'Stage', value: 'miner generation' },
        { name: 'Deadline', value: expect.stringMatching(/^block \d+$/), at: '2026-03-01T09:00:00.000Z' },
      ],
    })
    expect(JSON.stringify(first)).toMatch(
      /https:\/\/example\.org\/ada\/tiny\/blob\/[0-9a-f]{40}\/rounds\/0\/prompts\.txt/,
    )
    expect(JSON.stringify(all.hooks.taken)).not.toContain('pass@')
    const crown = all.hooks.taken.find(({ body }) => body.event === 'crown')
    expect(crown?.body.facts).toMatchObject([
      { name: 'Leader', value: expect.stringContaining(`${good.hotkey} (good/model@`) },
      { name: 'Before' },
      { name: 'Margin', value: expect.stringMatching(/^\+100\.0 % \(needed \+25\.0 %\)$/) },
    ])
    expect(all.github.issues).toEqual([])
  })

  it('is told by the next run what this one could not tell, and a new listener only of what is new', async () => {
    await using all = await world()
    await playAndTell(all.game, all.tell, 'miner_generation')
    all.hooks.faults.push(...Array.from({ length: 3 }, () => ({ status: 503 })))
    all.game.clock.set(new Date('2026-03-02T10:00:00Z'))
    const report = await all.game.tick({ untilIdle: false })
    const told = await all.tell({ report })
    expect(told).toMatchObject({ problems: [{ listener: 'webhook:CHAT', error: { code: 'unavailable' } }] })
    expect(all.titles()).toHaveLength(1)
    const next = await all.game.tick({ untilIdle: false })
    await all.tell({ report: next }, [...all.listeners, all.chat('late-comer')])
    expect(all.titles().slice(1)).toEqual(['Round 0: generation is over', 'Round 0: downloads complete'])
    expect(all.titles('late-comer')).toEqual(['Round 0: downloads complete'])
  })

  it('hears that code waits for a person, whose issue stays open until it is read', async () => {
    await using all = await world({
      config: testConfig({ last_competition_date: '2026-03-01', source_audit: 'required' }),
    })
    await playAndTell(all.game, all.tell, 'duels')
    expect(all.titles()).toContain('Round 0: source code waits for a person')
    expect(all.github.issues).toMatchObject([{ state: 'open', title: 'Round 0: source code waits for a person' }])
    expect(all.github.issues[0]?.body).toContain(`good/model at ${good.commit}`)
  })

  it('hears of lateness when it begins, each day that it lasts, and when it is over', async () => {
    await using all = await world()
    const { clock } = all.game
    const late = { ...idle, status: 'late' as const, waiting: { for: 'audits of <@everyone>', due: clock.now() } }
    clock.advance(60_000)
    for (let i = 0; i < 3; i++) await all.tell({ report: late })
    expect(all.titles()).toEqual(['Round 0 is late: open'])
    clock.advance(86_400_000)
    for (let i = 0; i < 2; i++) await all.tell({ report: late })
    // A run that was stopped, or failed, does not know.
    await all.tell({ report: { ...idle, status: 'stopped' } })
    expect(all.github.issues).toMatchObject([{ state: 'open', title: 'Round 0 is late: open' }])
    for (let i = 0; i < 2; i++) await all.tell({ report: idle })
    await all.tell({ report: late })
    expect(all.titles()).toEqual([
      ...['Round 0 is late: open', 'Round 0 is late: open'],
      ...['On time again', 'Round 0 is late: open'],
    ])
    expect(all.github.issues.map(({ state }) => state)).toEqual(['closed', 'open'])
    expect(all.github.issues[0]?.body).not.toMatch(/@e/)
  })

  it('hears of failures that repeat, with what to do, also of a run that fell over; and when it works again', async () => {
    await using all = await world()
    const details = { where: 'wss://chain.test', hint: 'Try another endpoint.' }
    const error = new RoundkeeperError('unavailable', 'the chain does not answer', details)
    const failed = { ...idle, status: 'failed' as const, errors: [error] }
    await all.tell({ report: failed })
    expect(all.titles()).toEqual([])
    await all.tell({
      report: { ...failed, errors: [new RoundkeeperError('unavailable', 'no answer for 7 s', details)] },
    })
    await all.tell({ error })
    expect(all.titles()).toEqual(['Round 0 fails again and again'])
    expect(all.hooks.taken[0]?.body.text).toContain('do: Try another endpoint.')
    await all.tell({ report: idle })
    expect(all.titles()).toEqual(['Round 0 fails again and again', 'It works again'])
    expect(all.github.issues).toMatchObject([{ state: 'closed', title: 'The engine fails again and again' }])
  })

  it('holds up nothing, whatever is down', async () => {
    await using all = await world()
    const report = { ...idle, commits: [OID], status: 'late' as const, waiting: { for: 'x', due: new Date(0) } }
    const { game } = all
    const dead = async (): Promise<never> => Promise.reject(new Error('the store is down'))
    const forever = { ...game.repo, id: 'x', head: () => new Promise<never>(() => {}) }
    const places = placesOf('state.git')
    const around = { clock: game.clock, places, listeners: all.listeners }
    const memory = { has: dead, add: dead }
    const told = await tellAll({ report }, { ...around, repo: game.repo, memory })
    expect(told.problems.map(({ listener }) => listener)).toContain('webhook:CHAT')
    expect(all.github.issues).toMatchObject([{ state: 'open' }])
    const slow = await tellAll({ report }, { ...around, repo: forever, memory }, 1)
    expect(slow.problems).toMatchObject([{ error: { message: expect.stringContaining('too long') } }])
  })
})
