/** What a person types and nobody may see. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { RoundkeeperError } from '../errors.ts'
import { note } from './output.ts'

const isTerminal = () => process.stdin.isTTY === true && process.stderr.isTTY === true

/**
 * Asks on stderr, without echo.
 * @param instead what spares the question, as advice
 * @throws RoundkeeperError `unauthorised` where there is nobody to ask, `aborted` on Ctrl-C or Ctrl-D
 */
export async function askHidden(question: string, instead: string): Promise<Buffer> {
  if (!isTerminal()) {
    throw new RoundkeeperError('unauthorised', 'this needs a secret from you, and there is no terminal to ask on', {
      hint: `Run it in a terminal, or ${instead}.`,
    })
  }
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silence, terminal: true, historySize: 0 })
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const stop = () => reject(new RoundkeeperError('aborted', 'nothing was done', { hint: 'You stopped it.' }))
      lines.once('SIGINT', stop).once('close', stop)
      lines.question('', (answer) => resolve(Buffer.from(answer)))
      // Only now is the echo off.
      process.stderr.write(question)
    })
  } finally {
    lines.close()
    note('')
  }
}
