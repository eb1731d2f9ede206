import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { SlowestFirst } from './test/support/slowest-first.ts'

/** Where our CI wants the results as JSON, besides what people read. */
const outputFile = process.env.VITEST_REPORT

// What a program says to do next depends on whether npm started it: no test is started that way, also where npm ran them.
for (const name of ['npm_lifecycle_event', 'INIT_CWD']) delete process.env[name]

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/memory-folder.ts',
    // For what hangs: a machine with much else to do may take ten times as long as usual.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Its summary names what passed only at the second try: each of those is a defect to be mended.
    retry: process.env.CI ? 1 : 0,
    pool: 'forks',
    // A worker runs one file after another and loads what they share once: to load it for every file takes minutes. So
    // tests put back what they change: variables, mocks, exit codes. What they take from test/support is everybody's.
    isolate: false,
    // V8 begins with a small heap and clears it many times a second, in every test that plays a competition.
    execArgv: ['--initial-heap-size=512'],
    sequence: { sequencer: SlowestFirst },
    // Processes that tests start find compiled what those before them ran.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    // Much of the time tests wait for processes that they started: a core is not kept free for the runner.
    maxWorkers: '100%',
    ...(outputFile ? { reporters: ['default', ['json', { outputFile }]] } : {}),
  },
})
