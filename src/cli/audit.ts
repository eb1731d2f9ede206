import { Command } from 'commander'
import { type Reviewed, reviewSource } from '../engine/review-source.ts'
import { print, printJson } from './output.ts'

interface ReviewOptions {
  dir: string
  reason: string
  json?: boolean
  dryRun?: boolean
}

function reviewCommand(name: 'approve' | 'reject', summary: string, reason: string): Command {
  const verdict = name === 'approve' ? 'passed' : 'failed'
  return new Command(name)
    .summary(summary)
    .description(
      `${summary[0]?.toUpperCase()}${summary.slice(1)}. The verdict and its reason are committed, under your name and ` +
        'signed with your key, in rounds/N/source_audit.json, for which the engine waits.',
    )
    .argument('<hotkey>', 'whose, or the beginning of it')
    .option('-d, --dir <folder>', 'folder of the competition (made by `init`)', '.')
    .requiredOption('-r, --reason <text>', 'why; anybody can read it')
    .option('--dry-run', 'say what would be recorded, and record nothing')
    .option('--json', 'print what was recorded as JSON')
    .addHelpText('after', `\nExample:\n  $ roundkeeper audit source ${name} 5F4Ha3ZkQp --reason "${reason}"\n`)
    .action(async (hotkey: string, { dir, reason, json, dryRun = false }: ReviewOptions) => {
      const { openOperator } = await import('./operator.ts')
      await using operator = await openOperator(dir)
      const { repo, clock } = operator
      const committer = { repo, clock, by: await operator.human() }
      const done = await reviewSource(committer, { hotkey, verdict, reason }, { dryRun })
      if (json) printJson({ ...done.entry, round: done.round, record: done.path, committed_as: done.commit ?? null })
      else for (const line of linesOf(done)) print(line)
    })
}

function linesOf({ path, round, entry, commit }: Reviewed): string[] {
  const what = `round ${round}: source code of ${entry.hotkey.slice(0, 10)} ${entry.verdict}`
  if (commit === undefined) return [`would record in ${path}, and change nothing else:`, `  ${what}: ${entry.reason}`]
  return [what, `  on record in ${path}, commit ${commit.slice(0, 10)}`]
}

const sourceCommand = new Command('source')
  .summary('pass or fail the source code of a challenger')
  .description('What a person finds in the source code of a challenger whose audit was asked for (require_audit.json).')
  .addCommand(reviewCommand('approve', 'pass the source code of a challenger', 'read in full: nothing is looked up'))
  .addCommand(reviewCommand('reject', 'fail the source code of a challenger', 'models are downloaded, see fetch.py'))

export const auditCommand = new Command('audit')
  .summary('audits that a person makes: source approve, source reject')
  .description('What a person decides in an audit: whether source code is in order. The rest is done by `advance`.')
  .addCommand(sourceCommand)
