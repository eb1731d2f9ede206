/**
 * Reads vitest's JSON report and prints `N passed, N failed, N skipped` as the last line; before it, what was skipped, and
 * `flaky: …` for what passed only when it was tried again, with why it had failed.
 * Exits with 1 when there is no report, something failed, or something was skipped although its data is there.
 */
import { existsSync, readFileSync } from 'node:fs'

const [report = '', data = ''] = process.argv.slice(2)
const print = (line) => process.stdout.write(`${line}\n`)

const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : []
const tests = files.flatMap(({ assertionResults }) => assertionResults)
const passed = tests.filter(({ status }) => status === 'passed')
// The failures of earlier tries stay on record.
const flaky = passed.filter(({ failureMessages }) => failureMessages.length > 0)
const failed = tests.filter(({ status }) => status === 'failed')
const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed')
// A file that could not even be loaded has no failed test to count.
const broken = files.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
)

for (const { fullName } of skipped) print(`skipped: ${fullName}`)
for (const { fullName, failureMessages } of flaky) print(`flaky: ${fullName} (${failureMessages[0].split('\n')[0]})`)
const dataIsThere = existsSync(data)
if (tests.length === 0) print('no test ran')
if (skipped.length > 0 && dataIsThere) print('the test data is there, so nothing should have been skipped')
const failures = failed.length + broken.length
print(`${passed.length} passed, ${failures} failed, ${skipped.length} skipped`)
process.exitCode = tests.length === 0 || failures > 0 || (skipped.length > 0 && dataIsThere) ? 1 : 0
