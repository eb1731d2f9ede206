/** One duel shown to the judge. What it answered is kept by the pictures that it was shown, and never asked again. */
import { RoundkeeperError } from '../../errors.ts'
import type { Judge, Question, Side, Verdict } from '../../judge/judge.ts'
import { digestOf, sha256Hex } from '../../rules/digest.ts'
import type { Duel, Output } from '../../state/index.ts'
import { putContent, requireContent } from '../../store/content.ts'
import { remember } from '../../store/evidence.ts'
import type { again } from './again.ts'
import type { Ports } from './ports.ts'
import { type Prompt, promptImage } from './prompts.ts'

const PREVIEW_LIMITS = { maxBytes: 50 * 2 ** 20, timeoutMs: 60_000 }

type Answer = Pick<Duel, 'winner' | 'issues' | 'transcript' | 'prompt_sha256'>

export async function ask(
  ports: Ports,
  asked: { seed: number } & ReturnType<typeof again>,
  prompt: Prompt,
  left: Output,
  right: Output,
  signal: AbortSignal,
): Promise<Answer> {
  const image = await promptImage(ports, prompt, signal)
  const sides = { left: await side(ports, left, signal), right: await side(ports, right, signal) }
  const question: Question = { seed: asked.seed, prompt: { name: prompt.stem, url: prompt.url, image }, ...sides }
  const key = {
    judge: ports.judge.id,
    ...asked,
    prompt: sha256Hex(image),
    left: sha256Hex(sides.left.png),
    right: sha256Hex(sides.right.png),
  }
  return remember(ports.store, 'duel', key, async () => {
    const verdict = decided(await ports.judge.judge(question, signal), ports.judge, prompt)
    const transcript = new TextEncoder().encode(JSON.stringify(verdict.transcript))
    await putContent(ports.store, transcript, 'json', 'application/json')
    return {
      winner: verdict.winner,
      issues: verdict.issues,
      transcript: digestOf(transcript),
      prompt_sha256: key.prompt,
    }
  })
}

/** An answer is kept for ever, so one that no record could hold counts as none. */
function decided(verdict: Verdict, judge: Judge, prompt: Prompt): Verdict & { kind: 'decided' } {
  if (verdict.kind === 'decided' && ['left', 'right', 'draw'].includes(verdict.winner)) return verdict
  const cause = verdict.kind === 'void' ? verdict.cause : `${JSON.stringify(verdict.winner)} is neither side`
  throw new RoundkeeperError('unavailable', `the judge gave no verdict: ${cause}`, {
    where: `prompt ${prompt.stem}, judge ${judge.id}`,
    hint: 'Nobody loses by this: check the judge and run again; answered duels are not asked again.',
  })
}

/** Previews of our own are read by their digest; older records only have an address. */
async function side(ports: Ports, output: Output, signal: AbortSignal): Promise<Side> {
  const about = { modelSha256: output.glb_sha256 ?? '', modelUrl: output.glb ?? '' }
  if (output.png_sha256 !== undefined)
    return { ...about, png: await requireContent(ports.store, output.png_sha256, 'png') }
  const result = await ports.downloader.fetch(output.png ?? '', PREVIEW_LIMITS, signal)
  if (result.ok) return { ...about, png: result.bytes }
  throw new RoundkeeperError('unavailable', `a preview cannot be fetched: ${result.detail}`, {
    where: output.png ?? '',
  })
}
