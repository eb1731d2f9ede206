/** Where people find a competition's commits and files: nowhere, unless its repository is on the web. Pure. */
import { files } from '../state/files.ts'
import type { Link } from './notifier.ts'

export interface Places {
  commit(oid: string): readonly Link[]
  /** What miners need of a round. */
  files(oid: string, round: number): readonly Link[]
}

/**
 * @param repo as in `roundkeeper.json`: `github:OWNER/NAME`, a URL, or a folder
 * @param github where repositories of `github:` are for people
 */
export function placesOf(repo: string, github = 'https://github.com'): Places {
  const base = webAddress(repo.replace(/^github:/, `${github}/`))
  const link = (text: string, path: string): Link[] => (base === undefined ? [] : [{ text, url: `${base}/${path}` }])
  return {
    commit: (oid) => link(`commit ${oid.slice(0, 10)}`, `commit/${oid}`),
    files: (oid, round) =>
      [files.prompts, files.seed, files.schedule].flatMap((file) => {
        const path = file.path(round)
        return link(path, `blob/${oid}/${path}`)
      }),
  }
}

/** Without credentials, query and `.git`; undefined for what is no address on the web. */
function webAddress(repo: string): string | undefined {
  if (!URL.canParse(repo)) return undefined
  const { protocol, host, pathname } = new URL(repo)
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  return `${protocol}//${host}${pathname.replace(/(\.git)?\/*$/, '')}`
}
