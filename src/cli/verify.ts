import { Command } from 'commander'
import { openHistory } from '../repo/open-history.ts'
import { countsOf } from '../verify/report/summary.ts'
import { verify } from '../verify/verify.ts'
import { print, printJson } from './output.ts'
import { sourceOf } from './source.ts'

export const verifyCommand = new Command('verify')
  .summary('check every decision and every change of a competition')
  .description(
    'Walks the whole history, offline: was every transition legal, made by who may make it, and does every decision follow\nfrom the evidence on record?',
  )
  .argument('<source>', 'a clone, a bare repository, a git bundle, a folder made by `init`, or a URL')
  .option('--since <commit>', 'a commit that was verified before')
  .option('--json', 'print as JSON')
  .action(async (source: string, { json, ...options }: { since?: string; json?: boolean }) => {
    await using history = await openHistory(await sourceOf(source))
    const result = await verify(history, options)
    const decisions = countsOf(result.decisions)
    if (json) printJson({ ...result, decisions, list: result.decisions })
    else {
      for (const { code, severity, commit, path, message } of result.findings)
        print(`${severity} ${code} ${commit.slice(0, 10)} ${path ?? ''}\n  ${message}`)
      const total = decisions.proved + decisions.consistent + decisions.broken
      print(
        `${decisions.proved} of ${total} decisions proved, ${decisions.consistent} consistent, ${decisions.broken} broken; ${result.commits} commits`,
      )
    }
    if (result.findings.some(({ severity }) => severity === 'error')) process.exitCode = 1
  })
