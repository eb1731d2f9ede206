import type { FoundingProblem } from '../../engine/founding-problems.ts'
import { stemOf } from '../../rules/prompts.ts'
import type { Config } from '../../state/config.ts'
import { judgingProblems } from './judging-problems.ts'
import { isUsableStem } from './prompts.ts'
import { settingProblems } from './settings.ts'

/** What an image-to-3D competition cannot be played with: its settings, how matches are stopped, and the pool that its rounds draw from. */
export function foundingProblems(config: Config, pool: readonly string[]): FoundingProblem[] {
  const settings = settingProblems(config).map(({ name, found, expected }) => ({
    field: `config.json: settings.${name}`,
    found,
    expected,
    remedy: "Correct it; the template's config.json has all settings, with their defaults.",
  }))
  const judging = judgingProblems(config).map(({ name, found, expected }) => ({
    ...{ field: `config.json: judging.${name}`, found, expected },
    remedy: 'Correct it, or leave it out; docs/judging.md says what it does.',
  }))
  return [...settings, ...judging, ...pool.flatMap(promptProblem), ...doubles(pool), ...tooFew(config, pool)]
}

const promptField = (index: number) => `prompts: prompt ${index + 1}`

function promptProblem(url: string, index: number): FoundingProblem[] {
  const field = promptField(index)
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined
  if (protocol !== 'http:' && protocol !== 'https:') {
    const remedy = 'Miners and judges fetch it from there: put the picture on a web server, and its URL in this line.'
    return [{ field, found: url, expected: 'the http(s) URL of a prompt image', remedy }]
  }
  if (isUsableStem(stemOf(url))) return []
  const expected = 'a file name that can key records: no plain number, no word like "constructor"'
  return [{ field, found: url, expected, remedy: 'Rename the picture, e.g. p1.png.' }]
}

/** Records are kept by stem, so that two prompts of one stem would be one. */
function doubles(pool: readonly string[]): FoundingProblem[] {
  const first = new Map<string, number>()
  return pool.flatMap((url, index) => {
    const stem = stemOf(url)
    const before = first.get(stem)
    if (before === undefined) {
      first.set(stem, index)
      return []
    }
    const expected = `a file name that no other has (prompt ${before + 1} is called ${stem} too)`
    return [
      { field: promptField(index), found: url, expected, remedy: 'Rename one of the pictures, or remove a line.' },
    ]
  })
}

function tooFew({ prompts_per_round: count }: Config, pool: readonly string[]): FoundingProblem[] {
  if (pool.length > 0 && pool.length >= count) return []
  const expected = `at least prompts_per_round, which is ${count}`
  const remedy = 'Add prompts, or lower prompts_per_round in a config.json of your own (--config).'
  return [{ field: 'prompts: number of prompts', found: pool.length, expected, remedy }]
}
