/** The least that anybody has to do: `node bare.ts PORT FILES DIR [safely]`; `safely` hashes and syncs, as a store must. */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Pool } from 'undici'
import { SHARES } from '../../src/engine/fair-share.ts'
import { tell } from './told.ts'

const [port = '', files = '', dir = '', safely] = process.argv.slice(2)
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: SHARES.total })
let next = 0

async function loop(): Promise<number> {
  let bytes = 0
  for (let file = next++; file < Number(files); file = next++) {
    const { body } = await pool.request({ method: 'GET', path: `/${file}` })
    const hash = safely && createHash('sha256')
    await using handle = await open(join(dir, String(file)), 'w')
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      if (hash) hash.update(chunk)
      bytes += chunk.length
      await handle.writeFile(chunk)
    }
    if (hash) {
      hash.digest('hex')
      await handle.sync()
    }
  }
  return bytes
}

await tell(async () => (await Promise.all(Array.from({ length: SHARES.total }, loop))).reduce((a, b) => a + b))
await pool.close()
