import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Where our CI wants the results as JSON, besides what people read. */
const outputFile = process.env.VITEST_REPORT

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Processes that tests start find compiled what those before them ran.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    // Much of the time tests wait for processes that they started: a core is not kept free for the runner.
    maxWorkers: '100%',
    ...(outputFile ? { reporters: ['default', ['json', { outputFile }]] } : {}),
  },
})
