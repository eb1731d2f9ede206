/** HTML by tagged template: whatever is filled in is text, and stays text, unless it was itself made here. */

/** Longer texts of strangers are cut: nobody reads on. */
const MAX_TEXT = 2000

/** Markup that may go into a page as it is. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

export type Child = Html | string | number | undefined | readonly Child[]

/** Attributes have to be quoted with `"`. */
export function html(strings: TemplateStringsArray, ...children: readonly Child[]): Html {
  return new Html(strings.reduce((markup, text, i) => markup + markupOf(children[i - 1]) + text))
}

function markupOf(child: Child): string {
  if (child === undefined) return ''
  if (child instanceof Html) return child.markup
  if (typeof child === 'object') return child.map(markupOf).join('')
  return escapeText(String(child))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for an element or a quoted attribute: no markup, no control characters, nothing that turns the line around. */
export function escapeText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  return cut
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
    .replace(/[&<>"']/g, (found) => entities[found] as string)
}
