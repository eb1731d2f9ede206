/** The pool of prompts: enough of them, each usable, and the digest beside it that of the file. */
import { configProblems } from '../../engine/founding-problems.ts'
import { digestIn, POOL_DIGEST_PATH, poolDigest } from '../../engine/pool-digest.ts'
import { foundingProblemsOf } from '../../formats/index.ts'
import { files } from '../../state/index.ts'
import { type Check, ok, skipped, together, warn } from '../check.ts'
import type { Setup } from '../setup.ts'
import { isOfPool, problemsTold } from './config.ts'

export const poolCheck: Check<Setup> = {
  id: 'pool',
  title: 'Pool of prompts',
  async run(setup) {
    const snapshot = await setup.snapshot()
    const config = await snapshot.read(files.config)
    if (configProblems(config).length > 0) return skipped('config.json has to be mended first')
    const pool = (await snapshot.find(files.pool)) ?? []
    const problems = foundingProblemsOf(config, pool).filter(isOfPool)
    if (problems.length > 0) return problemsTold(problems)
    const sha256 = poolDigest((await snapshot.text(files.pool.path())) ?? '')
    const told = ok(`${pool.length} prompts, sha256 ${sha256.slice(0, 16)}…`)
    const noted = digestIn((await snapshot.text(POOL_DIGEST_PATH)) ?? '')
    if (noted === undefined || noted === sha256) return told
    const advice = `After a change of the pool: sha256sum prompts.txt > ${POOL_DIGEST_PATH}, in the same commit.`
    return together([told, warn(`${POOL_DIGEST_PATH} is that of another pool`, advice)])
  },
}
