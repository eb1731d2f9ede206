import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { StandingIssue, type StandingIssueOptions } from '../../src/notify/standing-issue.ts'
import { type GithubIssuesOptions, startGithubIssues } from '../support/github-issues.ts'

const signal = new AbortController().signal
const options = { repository: 'Owner/competition', token: 'hush', marker: 'late' }

async function fixture(server: GithubIssuesOptions = {}) {
  const github = await startGithubIssues({ token: 'hush', ...server })
  const clock = new VirtualClock(new Date('2026-01-02T03:04:05Z'), { autoAdvance: true })
  const open = (more: Partial<StandingIssueOptions> = {}) =>
    new StandingIssue({ ...options, clock, baseUrl: github.url, ...more })
  const states = () => github.issues.map(({ state }) => state)
  return { github, clock, open, states, [Symbol.asyncDispose]: () => github[Symbol.asyncDispose]() }
}

describe('an issue for one trouble', () => {
  it('is opened once, edited in silence, told of under another title, and closed with a last word', async () => {
    await using world = await fixture()
    const { github } = world
    await world.open().raise('Late in duels', 'for 2 h', signal)
    await world.open().raise('Late in duels', 'for 3 h', signal)
    await world.open().raise('Late in duels', 'for 3 h', signal)
    expect(github.issues).toMatchObject([
      {
        title: 'Late in duels',
        body: 'for 3 h\n\n<!-- roundkeeper:late -->',
        labels: [{ name: 'roundkeeper' }],
        said: [],
      },
    ])
    expect(github.seen.filter((line) => line.startsWith('PATCH'))).toHaveLength(1)
    await world.open().raise('Late in finalizing', 'for 1 h', signal)
    expect(github.issues[0]?.said).toEqual(['**Late in finalizing**\n\nfor 1 h'])
    await world.open().settle('It went on.', signal)
    await world.open().settle('It went on.', signal)
    expect(github.issues).toMatchObject([{ state: 'closed', state_reason: 'completed', title: 'Late in finalizing' }])
    expect(github.issues[0]?.said.at(-1)).toBe('It went on.')
    await world.open().raise('Late in duels', 'again', signal)
    expect(world.states()).toEqual(['closed', 'open'])
  })

  it('comments once on what GitHub writes in another way', async () => {
    await using world = await fixture()
    await world.open().raise('Late:  @ada \n', 'x\n\ny', signal)
    const [issue] = world.github.issues
    if (issue !== undefined) Object.assign(issue, { title: 'Late: @ada', body: issue.body.replaceAll('\n', '\r\n') })
    for (let i = 0; i < 2; i++) await world.open().raise('Late:  @ada \n', 'x\n\ny', signal)
    expect(issue?.said).toEqual([])
    expect(world.github.seen.some((line) => line.startsWith('PATCH'))).toBe(false)
  })

  it('is one again after two runs opened it at once', async () => {
    await using world = await fixture()
    world.github.beforeCreating = () => world.open().raise('Late', 'said one', signal)
    await world.open().raise('Late', 'said the other', signal)
    expect(world.states()).toEqual(['open', 'closed'])
    await world.open().raise('Late', 'now', signal)
    expect(world.github.issues[0]?.body).toMatch(/^now/)
  })

  it('is found among many, and is none of strangers, of pull requests or of other troubles', async () => {
    await using world = await fixture()
    const stranger = {
      state: 'open' as const,
      state_reason: null,
      title: 'x',
      body: '<!-- roundkeeper:late -->',
      said: [],
    }
    const labels = [{ name: 'roundkeeper' }]
    const others = Array.from({ length: 120 }, () => ({ ...stranger, body: 'of somebody', labels }))
    const issues = [{ ...stranger, labels: [] }, { ...stranger, labels, pull_request: {} }, ...others]
    world.github.issues.push(...issues.map((issue, at) => ({ ...issue, number: at + 1 })))
    await world.open({ marker: 'failing' }).raise('Failing', 'x', signal)
    await world.open().raise('Late', 'x', signal)
    await world.open().raise('Late', 'y', signal)
    expect(world.github.issues.slice(122)).toMatchObject([{ title: 'Failing' }, { title: 'Late' }])
    expect(world.github.issues).toHaveLength(124)
  })

  it('neither pings anybody nor takes other markers in, whatever it is told', async () => {
    await using world = await fixture()
    await world.open().raise('@ada', `@org/team <!-- roundkeeper:failing --> ${'x'.repeat(70_000)}`, signal)
    const [issue] = world.github.issues
    expect(`${issue?.title} ${issue?.body}`).not.toMatch(
      /@\w|roundkeeper:failing -->.*roundkeeper:failing|<!-- roundkeeper:f/,
    )
    await world.open({ marker: 'failing' }).settle('over', signal)
    expect(world.states()).toEqual(['open'])
  })

  it('does what is left when a run has died in the middle or GitHub did not answer', async () => {
    await using world = await fixture()
    const { github } = world
    github.faults.push({ path: /\/issues$/, status: 200, times: 1, body: '[]' })
    github.faults.push({ path: /\/issues$/, status: 502, times: 1, afterwards: true })
    await world.open().raise('Late', 'x', signal)
    expect(world.states()).toEqual(['open'])
    github.faults.push({ path: /issues\/1$/, status: 422 })
    await expect(world.open().settle('over', signal)).rejects.toMatchObject({ code: 'refused' })
    await world.open().settle('over', signal)
    expect(github.issues).toMatchObject([{ state: 'closed', said: ['over'] }])
  })

  it('leaves none behind that it could not find again', async () => {
    await using world = await fixture({ mayLabel: false })
    await expect(world.open().raise('Late', 'x', signal)).rejects.toMatchObject({ code: 'unauthorised' })
    expect(world.states()).toEqual(['closed'])
  })

  it('says what is wrong in our codes, and never its token', async () => {
    await using world = await fixture()
    const answers = [
      { status: 401, code: 'unauthorised', hint: /token_env/ },
      { status: 403, code: 'unauthorised', hint: /issues: write/ },
      { status: 404, code: 'not-found', hint: /OWNER\/NAME/ },
      { status: 410, code: 'refused', hint: /Turn them on/ },
      { status: 422, code: 'refused', hint: /archived/ },
      { status: 502, code: 'unavailable', hint: /./ },
      { status: 429, headers: { 'retry-after': '900' }, code: 'unavailable', hint: /./ },
    ]
    for (const { code, hint, ...fault } of answers) {
      world.github.faults.splice(0, 1, { path: /issues/, times: 3, ...fault, body: '{"message": "bad token hush"}' })
      const error: unknown = await world
        .open()
        .raise('Late', 'x', signal)
        .catch((reason: unknown) => reason)
      expect(error, `${fault.status}`).toMatchObject({ code, hint: expect.stringMatching(hint) })
    }
    world.github.faults.splice(0)
    await using disabled = await fixture({ enabled: false })
    await expect(disabled.open().settle('x', signal)).rejects.toMatchObject({ code: 'refused' })
    expect(() => world.open({ marker: 'Late -->' })).toThrow(/no marker/)
    expect(() => world.open({ repository: 'nothing' })).toThrow(/no repository/)
  })

  it('waits as long as GitHub wants, and no longer than it is let', async () => {
    await using world = await fixture()
    const began = world.clock.now().getTime()
    world.github.faults.push({ path: /issues/, status: 403, body: '{"message": "secondary rate limit"}' })
    await world.open().raise('Late', 'x', signal)
    expect(world.clock.now().getTime() - began).toBeGreaterThanOrEqual(60_000)
    const stopped = AbortSignal.abort(new Error('enough'))
    await expect(world.open().raise('Late', 'y', stopped)).rejects.toThrow('enough')
  })
})
