import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../src/errors.ts'
import { linesForPeople } from '../../src/operate/lines-for-people.ts'
import { type LogLevel, makeLog } from '../../src/operate/log.ts'

const SECRET = 'ghp_0123456789abcdefghij'
const mask = (text: string) => text.replaceAll(SECRET, '***')

function logged(level: LogLevel, work: (log: ReturnType<typeof makeLog>) => void): string[] {
  const lines: string[] = []
  work(makeLog({ level, lines: { write: (line) => lines.push(line) }, mask }))
  return lines
}

describe('the log', () => {
  it('is a JSON object a line, with names instead of numbers', () => {
    const [line = ''] = logged('info', (log) => log.child({ job: 'advance' }).info({ commits: 2 }, 'two\ncommits'))
    expect(line.match(/\n/g)).toHaveLength(1)
    const { at, ...rest } = JSON.parse(line)
    expect(rest).toEqual({ level: 'info', job: 'advance', commits: 2, message: 'two\ncommits' })
    expect(new Date(at).toISOString()).toBe(at)
  })

  it('keeps silent below its level', () => {
    expect(logged('warn', (log) => log.info('nothing'))).toEqual([])
  })

  it('says of an error what, where and what to do', () => {
    const error = new RoundkeeperError('unavailable', 'away', { where: 'host', hint: 'Wait.' })
    const [line = ''] = logged('info', (log) => log.error({ error }, 'failed'))
    expect(JSON.parse(line)).toMatchObject({
      error: { code: 'unavailable', message: 'away', where: 'host', hint: 'Wait.' },
    })
    expect(line).not.toContain('stack')
  })

  it('holds no secret, wherever it was put', () => {
    const error = new RoundkeeperError('unauthorised', `${SECRET} is refused`, { where: `https://x:${SECRET}@host` })
    const lines = logged('debug', (log) => {
      log.error({ error }, SECRET)
      log.info({ options: { token: 'short', deep: { password: 'short' } }, authorization: 'short' }, 'fields')
      log.child({ of: SECRET }).debug({ [SECRET]: 1 }, 'names')
    })
    expect(lines).toHaveLength(3)
    expect(lines.join('')).not.toContain(SECRET)
    expect(lines.join('')).not.toContain('short')
  })

  it('is for people on a terminal', () => {
    const shown: string[] = []
    const lines = linesForPeople((text) => shown.push(stripVTControlCharacters(text)))
    const log = makeLog({ level: 'info', lines, mask })
    log
      .child({ job: 'verify' })
      .error({ error: new RoundkeeperError('refused', 'broken', { hint: 'Look.' }) }, 'failed')
    log.info('listening')
    lines.write('no JSON\n')
    expect(shown.map((text) => text.replace(/^[\d:]{8}/, 'TIME'))).toEqual([
      'TIME error  verify: failed\n                broken\n                do     Look.',
      'TIME info   listening',
      'no JSON',
    ])
  })
})
