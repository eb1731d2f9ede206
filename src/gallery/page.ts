/** The frame of every page: one style, no script, nothing from elsewhere. */
import { createHash } from 'node:crypto'
import { type Child, Html, html } from './html.ts'
import { STYLE } from './style.ts'

/** By this a folder is known to hold a gallery, which may be written over. */
export const GENERATOR = 'roundkeeper gallery'

const styleHash = createHash('sha256').update(STYLE).digest('base64')

/** The browser holds us to it, should a text ever slip through as markup. */
const POLICY = `default-src 'none'; img-src 'self'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`

export interface Page {
  readonly title: string
  readonly trail: readonly Link[]
  readonly body: Child
}

export interface Link {
  readonly href: string
  readonly text: string
}

export function renderPage({ title, trail, body }: Page): string {
  const crumbs = trail.map(({ href, text }) => html`<a href="${href}">${text}</a> <span>›</span> `)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="${GENERATOR}">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<nav class="trail">${crumbs}<b>${title}</b></nav>
<main>
${body}
</main>
<footer>Drawn by Roundkeeper from what is on record. Nothing here is loaded from elsewhere.</footer>
</body>
</html>
`.markup
}
