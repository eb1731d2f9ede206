import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GithubApi } from '../../src/compute/builds/github-api.ts'
import { GithubBuilder } from '../../src/compute/builds/github-builder.ts'
import { RegistryBuilder } from '../../src/compute/builds/registry-builder.ts'
import { RegistryClient } from '../../src/compute/builds/registry-client.ts'
import { RegistryConnection } from '../../src/compute/builds/registry-connection.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { files } from '../../src/state/index.ts'
import { verify } from '../../src/verify/verify.ts'
import { competition, everyRound, miner, START, type TestCompetition, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { type GithubActions, startGithubActions, WORKFLOW } from '../support/github-actions.ts'
import { type OciRegistry, startOciRegistry } from '../support/oci-registry.ts'
import { hasPython, recheck } from '../tools/recheck.ts'

const base = miner('base', 1)
const good = miner('good', 3)
const late = miner('late', 2)
const entrants = [good, late]
const imageOf = ({ hotkey }: { hotkey: string }) => `images/${hotkey.slice(0, 10).toLowerCase()}`
const tagOf = ({ commit }: { commit: string }) => `${commit.slice(0, 7)}-tiny-0`

/** The usual ports, but images are built by GitHub, found in a registry, and run by what their digests name. */
function formatOf(game: TestCompetition, github: GithubActions, registry: OciRegistry, ran: string[]) {
  const { clock, store } = game
  const ports = fakePorts([base, ...entrants])
  const hosts = { 'registry.test': { address: '127.0.0.1', port: registry.port } }
  const client = new RegistryClient({ connection: new RegistryConnection({ hosts }), clock })
  const images = new RegistryBuilder({
    client,
    imageFormat: 'registry.test/images/{hotkey10}:{tag}',
    maxImageBytes: 1e9,
  })
  const place = { owner: 'Owner', repo: 'competition', branch: 'main', workflow: WORKFLOW }
  const api = new GithubApi({ clock, baseUrl: github.url })
  return generation3d({
    store,
    ...ports,
    builder: new GithubBuilder({ api, clock, place, images }),
    pods: {
      ...ports.pods,
      start(image, ...rest) {
        ran.push(image)
        const of = entrants.find((each) => image.includes(imageOf(each)))
        return ports.pods.start(of === undefined ? image : `fake:${of.repo}@${of.commit}`, ...rest)
      },
    },
  })
}

describe('a round whose images GitHub builds', () => {
  it('is not blackened by looks that come too early or fail, runs what was recorded, and proves it', async () => {
    await using github = await startGithubActions()
    await using registry = await startOciRegistry()
    const config = testConfig({ last_competition_date: '2026-03-01' })
    await using game = await competition({ config, leader: base, miners: entrants, before: everyRound(...entrants) })
    const ran: string[] = []
    const format = formatOf(game, github, registry, ran)
    const tick = () => game.tick({ format })
    const statuses = async () =>
      Object.values((await (await game.now()).find(files.builds, 0)) ?? {}).map((build) => build.status)

    for (let stage = ''; stage !== 'miner_generation'; game.clock.advance(1_800_000)) {
      await everyRound(...entrants)(game)
      stage = (await tick()).stage
    }
    expect(await statuses()).toEqual(['pending', 'pending'])

    // The entries are pushed; `setup` runs, and nothing of the matrix is there: the one look that ended all builds of a real round.
    const sha = await game.repo.head()
    const created = new Date(START.getTime() + 86_400_000).toISOString()
    github.commits.push({ sha, path: 'rounds/0/submissions.json', date: created })
    github.runs.push({ id: 1, sha, created, status: 'in_progress', conclusion: null, jobs: [{ name: 'setup' }] })
    await tick()
    expect(await statuses()).toEqual(['pending', 'pending'])

    // The jobs are there, but their list cannot be had.
    const jobs = entrants.map(({ hotkey }) => ({ name: `Build and push the image (${hotkey})` }))
    github.runs.splice(0, 1, { id: 1, sha, created, jobs })
    github.broken.push({ path: /jobs$/, status: 502 })
    game.clock.advance(60_000)
    expect((await tick()).errors[0]).toMatchObject({ code: 'unavailable' })
    expect(await statuses()).toEqual(['pending', 'pending'])

    github.broken.splice(0)
    const [first = ''] = entrants.map((each) => registry.push(imageOf(each), tagOf(each)))
    game.clock.advance(60_000)
    await tick()
    const builds = await (await game.now()).read(files.builds, 0)
    expect(builds[good.hotkey]).toMatchObject({
      status: 'success',
      docker_image: `registry.test/${imageOf(good)}:${tagOf(good)}`,
      image_digest: first,
      log_url: expect.stringContaining('/job/'),
    })

    // Whoever moves the tag later changes nothing.
    registry.push(imageOf(good), tagOf(good), undefined, [7])
    for (let turn = 0, status = ''; status !== 'finished' && turn < 100; turn++) {
      status = (await tick()).status
      game.clock.advance(1_800_000)
    }
    const now = await game.now()
    expect(await now.read(files.winner, 0)).toMatchObject({ winner_hotkey: good.hotkey, image_digest: first })
    expect((await now.read(files.leader)).at(-1)).toMatchObject({ hotkey: good.hotkey, image_digest: first })
    expect(ran.filter((image) => image.includes('registry'))).toContain(`registry.test/${imageOf(good)}@${first}`)
    expect(ran.filter((image) => image.includes(tagOf(good)))).toEqual([])
    const pods = Object.values(await now.read(files.podStats, 0, good.hotkey))
    expect(new Set(pods.map((pod) => pod.image))).toEqual(new Set([`registry.test/${imageOf(good)}@${first}`]))

    await using history = await openHistory(join(game.dir, 'state.git'))
    const { findings, decisions } = await verify(history)
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(decisions.filter(({ level }) => level !== 'proved')).toEqual([])
    if (hasPython()) expect(await recheck(join(game.dir, 'state.git'))).toMatchObject({ same: true })
  })
})
