import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { LocalBuilder } from '../../src/compute/local-builder.ts'
import { temporaryFolder } from '../store/temporary.ts'
import fc from '../support/properties.ts'

const folder = temporaryFolder()
const never = new AbortController().signal
const commit = 'c'.repeat(40)
const root = () => join(folder(), 'miners')
const build = (repo: string, at: string) => new LocalBuilder(root()).build({ repo, commit: at }, never)

async function miner(path: string, description: string): Promise<void> {
  await mkdir(path, { recursive: true })
  await writeFile(join(path, 'miner.json'), description)
}

beforeAll(async () => {
  await miner(join(root(), 'owner', 're.po', commit), '{"command": ["node", "x.js"], "more": 1}')
  await miner(join(root(), 'owner', 'broken', commit), '{"command": "node"}')
  await miner(join(root(), 'owner', 'torn', commit), '{')
  await miner(join(root(), 'owner', 'huge', commit), `{"command": ["${'x'.repeat(70_000)}"]}`)
  await miner(join(root(), 'owner', commit), '{"command": ["node"]}')
  await miner(join(folder(), 'outside', commit), '{"command": ["node"]}')
  await symlink(join(folder(), 'outside'), join(root(), 'owner', 'linked'))
  await mkdir(join(root(), 'owner', 'empty', commit), { recursive: true })
})

describe('LocalBuilder', () => {
  it('finds a miner that describes itself', async () => {
    expect(await build('owner/re.po', commit)).toEqual({ status: 'success', image: `local:owner/re.po@${commit}` })
  })

  it.each(['broken', 'torn', 'huge'])('fails for the %s description', async (repo) => {
    expect(await build(`owner/${repo}`, commit)).toEqual({ status: 'failure', image: null })
  })

  it.each([
    ['owner/other', commit, 'no such repository'],
    ['owner/re.po', 'd'.repeat(40), 'no such commit'],
    ['owner/empty', commit, 'no description'],
    ['owner/linked', commit, 'a link out of the folder'],
    ['owner/..', commit, 'a way up'],
    ['owner/.', commit, 'no way at all'],
    ['owner', commit, 'half a name'],
    ['../miners/owner/re.po', commit, 'a way around'],
    ['owner/re.po', `${commit}/..`, 'a commit that is a path'],
    ['owner/re.po', commit.toUpperCase(), 'upper case'],
    ['owner/re.po', 'main', 'a branch'],
    ['owner/re.po\n', commit, 'a line break'],
    ['', '', 'nothing'],
  ])('does not find %j at %j: %s', async (repo, at) => {
    expect(await build(repo, at)).toEqual({ status: 'not_found', image: null })
  })

  it('answers whatever it is asked', async () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('..', '.', '/', '\0', 'owner/re.po', commit), fc.webPath())
    await fc.assert(
      fc.asyncProperty(name, name, async (repo, at) => {
        const { status } = await build(repo, at)
        expect(status).toBe(repo === 'owner/re.po' && at === commit ? 'success' : 'not_found')
      }),
    )
  })

  it('stops when it is told to', async () => {
    const stopped = new LocalBuilder(root()).build({ repo: 'owner/re.po', commit }, AbortSignal.abort())
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
  })
})
