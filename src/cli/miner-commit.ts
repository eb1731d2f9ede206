import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { SystemClock } from '../engine/system-clock.ts'
import { revealSchema } from '../formats/generation-3d/reveal.ts'
import { type Submitted, type Submitting, submitHash, submitRepoCdn } from '../miner/submit.ts'
import { chainWhenAsked } from './chain-options.ts'
import { openDocuments } from './competition-option.ts'
import { type CommitFields, tell, tellAsJson, tellAsOriginal } from './miner-commit-told.ts'
import { type CommitOptions, codeHost, type Face, openHotkey, withCommit } from './miner-options.ts'
import { minerVoice, originalVoice, speaking, type Voice } from './miner-voice.ts'
import { StillWaiting } from './still-waiting.ts'

/** While it waits, it asks the chain twice a block, within reason. */
const [LEAST_PAUSE_MS, LONGEST_PAUSE_MS] = [50, 6_000]

const MAY_BE_SENT = 'What was sent before may still come to lie on the chain: `roundkeeper miner status` tells.'

export function commitHashCommand(face: Face): Command {
  const command = new Command('commit-hash')
    .summary('commit the id of your code, the first half of an entry')
    .description(
      'Commits the id of a git commit under a timelock; the chain reveals it a few blocks later. The block of that reveal is\n' +
        'your place in the order of entries. The repository may stay private until `commit-repo-cdn`.',
    )
    .requiredOption('--hash <id>', 'the full id of the commit, 40 hex digits: git rev-parse HEAD')
  return withCommit(command, face)
    .addHelpText('after', example(face, '--hash $(git rev-parse HEAD)', 'commit-hash'))
    .action((options: CommitOptions & { hash: string }, called: Command) =>
      commit(face, called, options, { commit: options.hash }, (to) => submitHash(to, options.hash)),
    )
}

export function commitRepoCdnCommand(face: Face): Command {
  const command = new Command('commit-repo-cdn')
    .summary('commit where code and models lie, the second half')
    .description(
      'Commits where the code lies and where the models will be fetched from. Your hash must be revealed before, and the\n' +
        'repository public by now, with exactly that commit in it.',
    )
    .requiredOption('--repo <owner/name>', 'the git repository, as in its address')
    .requiredOption('--cdn-url <url>', 'where models lie: they are fetched from URL/PROMPT.glb')
  return withCommit(command, face)
    .addHelpText('after', example(face, '--repo me/model --cdn-url https://cdn.example.com/models', 'commit-repo-cdn'))
    .action((options: CommitOptions & { repo: string; cdnUrl: string }, called: Command) => {
      const { repo, cdnUrl } = options
      return commit(face, called, options, { repo, cdn_url: cdnUrl }, (to) => submitRepoCdn(to, repo, cdnUrl))
    })
}

function commit(
  face: Face,
  called: Command,
  options: CommitOptions,
  fields: CommitFields,
  work: (to: Submitting) => Promise<Submitted>,
): Promise<void> {
  const warnings: string[] = []
  const voice =
    face === 'original' ? originalVoice(called.optsWithGlobals().verbose ?? 0) : minerVoice(options.json === true)
  const run = async () => {
    await using documents = await openDocuments(options.competition)
    using hotkey = await openHotkey(options)
    await using asked = chainWhenAsked(options)
    using waiting = new StillWaiting({
      clock: new SystemClock(),
      head: async () => (await asked.chain()).head(),
      say: (text) => voice.progress(text),
    })
    const submitted = await work({
      documents,
      chain: asked.chain,
      hotkey,
      netuid: options.netuid,
      ...(options.requiredLock === undefined ? {} : { requiredLock: options.requiredLock }),
      schema: revealSchema,
      findCode: codeHost(options),
      pending: options.overwrite ? 'overwrite' : options.wait ? 'wait' : 'refuse',
      wait: options.wait === true,
      dryRun: options.dryRun === true,
      warnOfMissingHalf: face === 'original',
      patience: {
        now: () => new Date(),
        pause,
        progress: (text) => voice.progress(text),
        waitsFor: (what) => waiting.begin(what),
      },
      warn: warner(face, voice, warnings),
    })
    const told = { fields, submitted, warnings, hotkey: hotkey.address, netuid: options.netuid }
    if (face === 'original') tellAsOriginal(told)
    else if (options.json) tellAsJson(told)
    else tell(told)
  }
  return speaking(voice, run, MAY_BE_SENT)
}

/** The original's spelling of one of them stays, for whoever searches for it. */
function warner(face: Face, voice: Voice, warnings: string[]): (text: string) => void {
  return (text) => {
    warnings.push(text)
    voice.warn(face === 'original' ? text.replace('have not committed repo', 'have not commited repo') : text)
  }
}

const pause = async (ms: number) => void (await sleep(Math.min(LONGEST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, ms / 2))))

const example = (face: Face, options: string, name: string) =>
  face === 'original' ? '' : `\nExample:\n  $ roundkeeper miner ${name} ${options} --wallet.name miner --wait\n`
