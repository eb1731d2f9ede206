/** Expressions of GitHub Actions, as far as the workflows of the template need them; anything else is an error. */

export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value }

export interface Scope {
  /** `github`, `vars`, `secrets`, `needs`, `steps`, … */
  readonly contexts: Readonly<Record<string, Value>>
  /** Of the steps or jobs before: for `success()` and the like. */
  readonly status: 'success' | 'failure'
}

const TOKEN = /\s*(?:('(?:[^']|'')*')|(\d+(?:\.\d+)?)|(==|!=|&&|\|\||[!().,])|([A-Za-z_][\w-]*))/y

/** A text with `${{ … }}` in it; a text that is nothing else keeps its type. */
export function interpolate(text: string, scope: Scope): Value {
  const whole = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(text.trim())
  if (whole !== null) return evaluate(whole[1] ?? '', scope)
  return text.replace(/\$\{\{((?:(?!\}\}).)*)\}\}/gs, (_, inside: string) => asText(evaluate(inside, scope)))
}

export function evaluate(source: string, scope: Scope): Value {
  const tokens = tokensOf(source)
  let at = 0
  const peek = () => tokens[at]
  const take = (expected?: string): string => {
    const token = tokens[at++]
    if (token === undefined || (expected !== undefined && token !== expected)) throw unknown(source)
    return token
  }

  const or = (): Value => {
    let left = and()
    while (peek() === '||') {
      take()
      const right = and()
      left = isTrue(left) ? left : right
    }
    return left
  }
  const and = (): Value => {
    let left = equality()
    while (peek() === '&&') {
      take()
      const right = equality()
      left = isTrue(left) ? right : left
    }
    return left
  }
  const equality = (): Value => {
    const left = unary()
    const operator = peek()
    if (operator !== '==' && operator !== '!=') return left
    take()
    return isEqual(left, unary()) === (operator === '==')
  }
  const unary = (): Value => {
    if (peek() !== '!') return primary()
    take()
    return !isTrue(unary())
  }
  const primary = (): Value => {
    const token = take()
    if (token === '(') {
      const value = or()
      take(')')
      return value
    }
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'")
    if (/^\d/.test(token)) return Number(token)
    if (token === 'true' || token === 'false') return token === 'true'
    if (token === 'null') return null
    if (peek() === '(') return call(token)
    return path(token)
  }
  const call = (name: string): Value => {
    take('(')
    const given: Value[] = []
    while (peek() !== ')') {
      given.push(or())
      if (peek() === ',') take()
    }
    take(')')
    return apply(name, given, scope, source)
  }
  const path = (name: string): Value => {
    if (!(name in scope.contexts)) throw unknown(`${name} in ${source}`)
    let value: Value = scope.contexts[name] ?? null
    while (peek() === '.') {
      take()
      const field = take()
      value = typeof value === 'object' && value !== null ? ((value as Record<string, Value>)[field] ?? null) : null
    }
    return value
  }

  const value = or()
  if (at !== tokens.length) throw unknown(source)
  return value
}

function tokensOf(source: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  const text = source.trim()
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex
    const [matched] = TOKEN.exec(text) ?? []
    if (matched === undefined) throw unknown(`${text.slice(from)} in ${source}`)
    tokens.push(matched.trim())
  }
  return tokens
}

function apply(name: string, given: readonly Value[], { status }: Scope, source: string): Value {
  const [first = null, ...rest] = given
  switch (name) {
    case 'always':
      return true
    case 'cancelled':
      return false
    case 'success':
      return status === 'success'
    case 'failure':
      return status === 'failure'
    case 'fromJSON':
      return JSON.parse(asText(first)) as Value
    case 'format':
      return asText(first).replace(/\{(\d+)\}/g, (_, index: string) => asText(rest[Number(index)] ?? null))
    default:
      throw unknown(`${name}() in ${source}`)
  }
}

export const isTrue = (value: Value): boolean => value !== null && value !== false && value !== 0 && value !== ''

/** Whether the job or step says itself what it makes of failures before it. */
export const asksForStatus = (condition: string) => /\b(?:always|success|failure|cancelled)\(\)/.test(condition)

export function asText(value: Value): string {
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function isEqual(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a.toLowerCase() === b.toLowerCase()
  return typeof a === typeof b ? a === b : numberOf(a) === numberOf(b)
}

const numberOf = (value: Value): number =>
  value === null || value === '' ? 0 : typeof value === 'object' ? Number.NaN : Number(value)

const unknown = (what: string) => new Error(`this runner does not know the expression ${what}`)
