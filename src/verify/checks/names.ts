/** Every file and folder name of a history, to find those that some file systems cannot tell apart. */
import { foldName } from '../../repo/paths.ts'

interface Folder {
  /** Files at or below it. */
  files: number
  readonly folded: string
}

export class Names {
  readonly #folders = new Map<string, Folder>()
  /** By folded path: the one spelling in use, nearly always. */
  readonly #spellings = new Map<string, string | readonly string[]>()

  /** @returns pairs of spellings of what would be one file or folder there, new with this file */
  add(path: string): [added: string, known: string][] {
    const clashes: [string, string][] = []
    let parent = ''
    for (const folder of foldersOf(path)) {
      const known = this.#folders.get(folder)
      if (known !== undefined) known.files += 1
      const folded: string = known?.folded ?? foldBelow(parent, folder)
      if (known === undefined) {
        this.#folders.set(folder, { files: 1, folded })
        clashes.push(...this.#spell(folder, folded))
      }
      parent = folded
    }
    clashes.push(...this.#spell(path, foldBelow(parent, path)))
    return clashes
  }

  remove(path: string): void {
    let parent = ''
    for (const folder of foldersOf(path)) {
      const known = this.#folders.get(folder)
      if (known === undefined) return
      known.files -= 1
      if (known.files === 0) {
        this.#folders.delete(folder)
        this.#forget(folder, known.folded)
      }
      parent = known.folded
    }
    this.#forget(path, foldBelow(parent, path))
  }

  #spell(path: string, folded: string): [string, string][] {
    const known = spellingsOf(this.#spellings.get(folded))
    this.#spellings.set(folded, known.length === 0 ? path : [...known, path])
    // Where a folder clashes, everything in it does: said once.
    return known.filter((other) => parentOf(other) === parentOf(path)).map((other) => [path, other])
  }

  #forget(path: string, folded: string): void {
    const left = spellingsOf(this.#spellings.get(folded)).filter((other) => other !== path)
    if (left.length === 0) this.#spellings.delete(folded)
    else this.#spellings.set(folded, left)
  }
}

const spellingsOf = (found: string | readonly string[] | undefined): readonly string[] =>
  typeof found === 'string' ? [found] : (found ?? [])

const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')))
const foldBelow = (parent: string, path: string) => `${parent}/${foldName(path.slice(path.lastIndexOf('/') + 1))}`

/** `a/b/c` → `a`, `a/b` */
export function foldersOf(path: string): string[] {
  const folders: string[] = []
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at))
  return folders
}
