import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../store/temporary.ts'

const folder = temporaryFolder()
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const node = (...args: string[]) =>
  new Promise<{ code: unknown; stdout: string }>((resolve) => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')))
    execFile(process.execPath, args, { env }, (error, stdout) => resolve({ code: error?.code ?? 0, stdout }))
  })

/** A suite of its own, tried twice as our CI does. @returns what is made of its report */
async function summary(tests: string, data = 'none') {
  const report = join(folder(), 'report.json')
  await writeFile(join(folder(), 'some.test.js'), tests)
  const args = ['run', '--root', folder(), '--globals', '--retry', '1', '--reporter', 'json', '--outputFile', report]
  await node(at('node_modules/vitest/vitest.mjs'), ...args)
  return node(at('.ci/summary.js'), report, data)
}

const STEADY = `it('holds', () => {})`
const FLAKY = `let tries = 0; describe('a door', () => it('opens', () => { if (++tries < 2) throw new Error('stuck\\nfor long') }))`

it('names what passed only at the second try, before its last line', async () => {
  expect(await summary(`${STEADY}; ${FLAKY}`)).toEqual({
    code: 0,
    stdout: 'flaky: a door opens (Error: stuck)\n2 passed, 0 failed, 0 skipped\n',
  })
})

it('fails with what failed twice, and with what was skipped though its data is there', async () => {
  const failing = `it('breaks', () => { throw new Error('again') }); it.skip('waits for data', () => {})`
  const stdout = 'skipped: waits for data\n1 passed, 1 failed, 1 skipped\n'
  expect(await summary(`${STEADY}; ${failing}`)).toEqual({ code: 1, stdout })
  const skipped = await summary(`${STEADY}; it.skip('waits for data', () => {})`, folder())
  expect(skipped).toMatchObject({ code: 1, stdout: expect.stringMatching(/\n1 passed, 0 failed, 1 skipped\n$/) })
})

it('fails without a report', async () => {
  const stdout = 'no test ran\n0 passed, 0 failed, 0 skipped\n'
  expect(await node(at('.ci/summary.js'), join(folder(), 'nowhere.json'))).toEqual({ code: 1, stdout })
})
