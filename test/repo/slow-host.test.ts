import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { httpWithin } from '../../src/repo/git-http.ts'
import { findGit, isolated, runGit } from '../../src/repo/git-program.ts'

/** A host that never falls silent and never ends: a byte, and another. */
describe('a host that answers drop by drop', () => {
  let server: Server
  let url: string
  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
      const drip = setInterval(() => response.write('0'), 20)
      response.on('close', () => clearInterval(drip))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a/b.git`
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  it('does not hold us for ever', async () => {
    const { body } = await httpWithin(300).request({ url })
    const all = async () => {
      for await (const _ of body ?? []) void _
    }
    await expect(all()).rejects.toThrow(/timeout/i)
  })

  it('does not hold the git program for ever either', async (test) => {
    if ((await findGit()) === undefined && !process.env.CI) return test.skip()
    const place = { cwd: tmpdir(), env: { ...isolated(tmpdir()), GIT_ALLOW_PROTOCOL: 'http' } }
    await expect(runGit(['ls-remote', url], place, 300)).rejects.toThrow(/come to an end within 300 ms/)
  })
})
