import { isSha256Hex } from '../../rules/digest.ts'
import type { Duel, MatchReport } from '../../state/duels.ts'
import { files } from '../../state/files.ts'
import type { JudgeChecks } from '../../state/judge-checks.ts'
import type { Output, Outputs } from '../../state/outputs.ts'
import type { AnyStateFile } from '../../state/state-file.ts'

/** An object that a record names by its digest. */
export interface NamedObject {
  /** As recorded; 64 hex digits, if it is one. */
  readonly sha256: string
  /** What it is kept as. */
  readonly extension: string
  /** For people: `the model of vase-3f9a2c`. */
  readonly what: string
}

export const isDigest = isSha256Hex

/** Where the objects are published, as far as an address tells that ends with what it holds. */
export function publishedAt({ glb, glb_sha256: sha256 }: Output): string | undefined {
  if (glb === null || sha256 === undefined || !/^https?:\/\//.test(glb)) return undefined
  const at = glb.lastIndexOf(`/sha256/${sha256.slice(0, 2)}/${sha256}.`)
  return at < 0 ? undefined : glb.slice(0, at)
}

/** @param artifact what models are: `glb`, `ply` */
export const modelOf = (stem: string, output: Output, artifact: string): NamedObject | undefined =>
  output.glb_sha256 === undefined
    ? undefined
    : { sha256: output.glb_sha256, extension: artifact, what: `the model of ${stem}` }

/** Models of attempts that do not count. */
export const triesOf = (stem: string, { tries = [], glb_sha256: counted }: Output, artifact: string): NamedObject[] =>
  tries.flatMap(({ glb_sha256: sha256 }) =>
    sha256 === undefined || sha256 === counted
      ? []
      : [{ sha256, extension: artifact, what: `another attempt at ${stem}` }],
  )

export const previewOf = (stem: string, output: Output): NamedObject | undefined =>
  output.png_sha256 === undefined
    ? undefined
    : { sha256: output.png_sha256, extension: 'png', what: `the preview of ${stem}` }

export const transcriptOf = ({ name, transcript }: Duel): NamedObject | undefined =>
  transcript === undefined
    ? undefined
    : { sha256: transcript.replace(/^sha256:/, ''), extension: 'json', what: `the judge's answers on ${name}` }

export const promptOf = ({ name, prompt_sha256: sha256 }: Duel): NamedObject | undefined =>
  sha256 === undefined ? undefined : { sha256, extension: 'img', what: `the prompt image ${name}` }

const PREFIX = 'sha256:'

/** What a file names by digest, and where it says that objects are published. */
export function digestsNamedIn(
  file: AnyStateFile,
  value: unknown,
): { digests: string[]; published?: string | undefined } {
  const digests: string[] = []
  const add = (sha256: string | undefined) => {
    if (sha256 !== undefined && isDigest(sha256)) digests.push(sha256)
  }
  if (file === files.duels || file === files.confirmation) {
    for (const { transcript, prompt_sha256 } of (value as MatchReport).duels) {
      add(transcript?.startsWith(PREFIX) ? transcript.slice(PREFIX.length) : transcript)
      add(prompt_sha256)
    }
  }
  if (file === files.judgeChecks) {
    for (const { transcript, prompt_sha256, left_png_sha256, right_png_sha256 } of (value as JudgeChecks).checks)
      for (const each of [transcript?.replace(PREFIX, ''), prompt_sha256, left_png_sha256, right_png_sha256]) add(each)
  }
  if (file !== files.submitted && file !== files.generated && file !== files.unseen) return { digests }
  let published: string | undefined
  for (const output of Object.values(value as Outputs)) {
    add(output.glb_sha256)
    add(output.png_sha256)
    for (const { glb_sha256 } of output.tries ?? []) add(glb_sha256)
    published ??= publishedAt(output)
  }
  return { digests, published }
}
