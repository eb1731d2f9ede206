import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Links and pictures of all pages of a gallery that lead nowhere. */
export async function brokenLinks(dir: string): Promise<string[]> {
  const there = new Set(await readdir(dir, { recursive: true }))
  const pages = new Map<string, string>()
  for (const name of there) if (name.endsWith('.html')) pages.set(name, await readFile(join(dir, name), 'utf8'))
  const broken: string[] = []
  for (const [page, text] of pages) {
    for (const [, href = ''] of text.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (/^https?:/.test(href)) continue
      const [file, anchor] = href.split('#')
      const target = pages.get(file || page)
      const found = anchor === undefined ? there.has(file ?? '') : target?.includes(`id="${anchor}"`)
      if (!found) broken.push(`${page}: ${href}`)
    }
  }
  return broken
}
