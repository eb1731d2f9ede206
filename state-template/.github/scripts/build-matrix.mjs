// Which images are to be built: the entries of a round, as a matrix of jobs. Everything in an entry was written by a
// stranger; what could be anything else than a name or a commit is left out here, and no later step looks at it again.
import { appendFileSync, readFileSync } from 'node:fs'

/** GitHub's own limit. */
const MAX_JOBS = 256
const HOTKEY = /^[A-Za-z0-9]{10,64}$/
const REPO = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/
const COMMIT = /^[0-9a-f]{40}$/
const ROUND = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/
const IMAGES = /^[a-z0-9]+(?:[.-][a-z0-9]+)*(?::[0-9]{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+$/

const json = (path) => JSON.parse(readFileSync(path, 'utf8'))

function matrixOf(entries, images) {
  const jobs = []
  const left = []
  const taken = new Set()
  for (const [hotkey, { repo, commit, round }] of Object.entries(entries)) {
    const fits = HOTKEY.test(hotkey) && REPO.test(repo) && COMMIT.test(commit) && ROUND.test(round)
    const image = fits ? `${images}/${hotkey.slice(0, 10)}:${commit.slice(0, 7)}-${round}`.toLowerCase() : ''
    // Whoever revealed first has the name; nobody may push over it.
    if (!fits || taken.has(image)) left.push(hotkey.replace(/[^A-Za-z0-9]/g, '?').slice(0, 64))
    else {
      taken.add(image)
      jobs.push({ hotkey, repo, commit, image })
    }
  }
  return { jobs, left }
}

const images = process.env.IMAGES ?? ''
if (!IMAGES.test(images))
  throw new Error('ROUNDKEEPER_IMAGES is no REGISTRY/NAME in lower case, such as ghcr.io/owner/images')
const round = process.env.ROUND || String(json('state.json').current_round)
if (!/^[0-9]{1,6}$/.test(round)) throw new Error('a round is a number')
const { jobs, left } = matrixOf(json(`rounds/${round}/submissions.json`), images)
if (jobs.length > MAX_JOBS) throw new Error(`${jobs.length} entries, and a matrix has ${MAX_JOBS} jobs at most`)
const say = (line) => process.stdout.write(`${line}\n`)
for (const hotkey of left) say(`::warning::${hotkey} is left out: its entry names nothing that can be built`)
say(`round ${round}: ${jobs.length} images`)
if (process.env.GITHUB_OUTPUT) appendFileSync(process.env.GITHUB_OUTPUT, `matrix=${JSON.stringify(jobs)}\n`)
