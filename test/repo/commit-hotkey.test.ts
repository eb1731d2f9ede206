// Whose a commit says it is, from whatever bytes somebody made of it.

import { describe, expect, it } from 'vitest'
import { commitHotkey } from '../../src/repo/commit-hotkey.ts'
import fc from '../support/properties.ts'

const ANN = '5F3sa2TJAWMqDhXG6jhV4N8ko9SxwGy8TpaNS1repo5EYjQX'
const BOB = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
const HEADER = `tree ${'ab'.repeat(20)}\nauthor Ann <ann@miner.test> 1 +0000\ncommitter Ann <ann@miner.test> 1 +0000`
const said = (message: string | Buffer, header = HEADER) =>
  commitHotkey(Buffer.concat([Buffer.from(`${header}\n\n`), Buffer.from(message)]))

describe('the hotkey of a commit', () => {
  it.each([
    ['its trailer', `Model\n\nHotkey: ${ANN}\n`],
    [
      'its trailer among others',
      `Model\n\nWhat it does.\n\nSigned-off-by: Ann <a@b.c>\nHotkey: ${ANN}\nReviewed: no\n`,
    ],
    ['what it says twice', `Model\n\nHotkey: ${ANN}\nHotkey: ${ANN}`],
    ['its trailer however it is spaced and written', `Model\n\nHOTKEY :\t ${ANN}  \t`],
    ['its trailer with the line ends of Windows', `Model\r\n\r\nHotkey: ${ANN}\r\n\r\n`],
    ['its trailer below a line of blanks, above many', `Model\n \t\nHotkey: ${ANN}\n\n \n\n`],
    ['what stands beside something that is no address', `Model\n\nHotkey: Ctrl-C\nHotkey: ${ANN}`],
  ])('is %s', (_, message) => {
    expect(said(message)).toBe(ANN)
  })

  it.each([
    ['there is no message', ''],
    ['there is none', 'Model\n\nSigned-off-by: Ann <a@b.c>\n'],
    ['it is the title', `Hotkey: ${ANN}\n`],
    ['it is in the first paragraph', `Model\nHotkey: ${ANN}\n`],
    ['it is not in the last paragraph', `Model\n\nHotkey: ${ANN}\n\nThat was it.`],
    ['it is in the middle of a line', `Model\n\nMy Hotkey: ${ANN}\n  Hotkey: ${ANN}\n> Hotkey: ${ANN}`],
    ['it is no address', `Model\n\nHotkey: ${ANN.slice(1)}\nHotkey: ${ANN}x\nHotkey: 0x${'ab'.repeat(32)}`],
    ['its letters are not those of an address', `Model\n\nHotkey: ${ANN.replace('W', 'O').replace('V', 'l')}`],
    ['something follows it', `Model\n\nHotkey: ${ANN} or ${BOB}`],
  ])('is unknown where %s', (_, message) => {
    expect(said(message)).toBeUndefined()
  })

  it('is nobody’s where it names several', () => {
    expect(said(`Model\n\nHotkey: ${ANN}\nHotkey: ${BOB}\n`)).toBeNull()
  })

  it('is not looked for among the fields of the commit', () => {
    expect(said('Model', `${HEADER}\nHotkey: ${ANN}`)).toBeUndefined()
    expect(commitHotkey(Buffer.from(`${HEADER}\nHotkey: ${ANN}\n`))).toBeUndefined()
  })

  it('is found in any bytes around it, and never makes a reader fail', () => {
    const bytes = fc.uint8Array({ maxLength: 200 })
    fc.assert(
      fc.property(bytes, bytes, (anything, more) => {
        expect(() => commitHotkey(Buffer.from(anything))).not.toThrow()
        const line = more.filter((byte) => byte !== 10)
        const message = [
          Buffer.from(anything),
          Buffer.from(`x\n\n`),
          Buffer.from(line),
          Buffer.from(`\nHotkey: ${ANN}\n`),
        ]
        expect(said(Buffer.concat(message))).toBe(ANN)
      }),
    )
  })

  // Whatever takes more than a look at each letter takes minutes here.
  it.each(['Hotkey: 5', 'a', ' ', '\n', ' \n', 'a:\n', '\u0000'])('is found after a megabyte of %j', (filler) => {
    const much = filler.repeat((1024 * 1024) / filler.length)
    expect(said(`Model\n\n${much}\nHotkey: ${ANN}`)).toBe(ANN)
  })
})
