import { describe, expect, it } from 'vitest'
import { escapeText, html } from '../../src/gallery/html.ts'
import { renderAddress } from '../../src/gallery/parts.ts'
import fc from '../support/properties.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '`', '=', '/', 'script', ' on', '\0', '\u202e') }),
)

describe('escaping', () => {
  it('leaves nothing that could begin a tag, end an attribute or turn the line around', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = escapeText(text)
        expect(escaped).not.toMatch(/[<>"'\u202a-\u202e\u2066-\u2069]/)
        expect(escaped).not.toMatch(/[^\P{Cc}\n\t]/u)
        expect(escaped.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&')
      }),
    )
  })

  it('keeps ordinary text as it was', () => {
    expect(escapeText('Überraschung: 3 ≠ 4, 日本 🍵\n')).toBe('Überraschung: 3 ≠ 4, 日本 🍵\n')
    expect(escapeText('R&D <b>')).toBe('R&amp;D &lt;b&gt;')
  })

  it('cuts what nobody would read, also between the halves of a character', () => {
    expect(escapeText('x'.repeat(5000)).length).toBeLessThan(2100)
    expect(escapeText(`${'x'.repeat(1999)}🍵`).isWellFormed()).toBe(true)
  })

  it('takes markup only from itself', () => {
    expect(html`<p>${'<i>'} ${html`<b>${1}</b>`} ${[html`<u></u>`, '&']}${undefined}</p>`.markup).toBe(
      '<p>&lt;i&gt; <b>1</b> <u></u>&amp;</p>',
    )
    const forged = JSON.parse('{"markup": "<script>"}') as string
    expect(html`${[forged].map(String)}`.markup).not.toContain('<')
  })
})

describe('addresses', () => {
  it.each(['https://example.com/a?b=1&c=2', 'HTTP://EXAMPLE.COM/'])('links %s', (url) => {
    expect(renderAddress(url).markup).toMatch(/^<a href="https?:\/\/[^"]+" rel="[^"]*noopener[^"]*">[^<]+<\/a>$/i)
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,<b>',
    ' https://example.com',
    'https://a b',
    'file:///etc/passwd',
    'https:',
    '//example.com',
  ])('shows %s as text', (url) => {
    expect(renderAddress(url).markup).not.toMatch(/<|href=/)
  })

  it('never leave the attribute', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(renderAddress(`https://example.com/${text}`).markup).toMatch(
          /^(<a href="[^"<>]*" rel="[^"<>]*">[^"<>]*<\/a>|[^"<>]*)$/,
        )
      }),
    )
  })
})
