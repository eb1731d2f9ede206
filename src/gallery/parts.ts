/** Small pieces that several pages are made of. */
import { type Child, type Html, html } from './html.ts'
import type { Person, Picture } from './views.ts'

const KEY_LENGTH = 10

/** Whose it is: the code by name, the hotkey by its beginning and, on hovering, whole. */
export function renderPerson({ hotkey, repo, isLeader }: Person): Html {
  const crown = isLeader ? html`<span class="crown" title="the reigning leader">♛</span> ` : undefined
  const name = repo === undefined || repo === '' ? undefined : html`<b>${repo}</b> `
  return html`<span class="who" title="${hotkey}">${crown}${name}<code>${hotkey.slice(0, KEY_LENGTH)}</code></span>`
}

export function renderPicture(picture: Picture, alt: string): Html {
  if (picture.src !== undefined) return html`<img src="${picture.src}" alt="${alt}" loading="lazy">`
  const url = picture.url === undefined ? undefined : html`<small>${picture.url}</small>`
  return html`<div class="nothing"><span>${picture.missing ?? 'no picture'}</span>${url}</div>`
}

/** A link for http(s) addresses, the bare text for everything else. */
export function renderAddress(url: string): Html {
  if (!/^https?:\/\/[^\s]+$/i.test(url) || !URL.canParse(url)) return html`${url}`
  return html`<a href="${url}" rel="noopener noreferrer nofollow">${url}</a>`
}

export function renderTable(head: readonly string[], rows: readonly (readonly Child[])[]): Html {
  return html`<div class="scroll"><table>
<thead><tr>${head.map((text) => html`<th>${text}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`
}

export const renderSection = (title: string, body: Child, about?: Child): Html =>
  html`<section><h2>${title}</h2>${about === undefined ? undefined : html`<p class="about">${about}</p>`}
${body}
</section>\n`

/** `+0.25`, `−1.00`: with a sign, and a real minus. */
export const signed = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : '±'}${Math.abs(value).toFixed(2)}`

export const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`
