/** Where miners’ repositories are: nobody can be entered as long as it does not answer. */
import { type Check, ok, skipped, warn } from '../check.ts'
import type { Setup } from '../setup.ts'
import { askWeb } from '../web.ts'

export const codeHostCheck: Check<Setup> = {
  id: 'code-host',
  title: 'Host of miners’ code',
  async run({ codeHost }, signal) {
    if (codeHost === undefined) return skipped('nobody is asked')
    const hint = 'See `code_host` in roundkeeper.json, and the network of this machine.'
    const { status } = await askWeb(codeHost, { method: 'HEAD', signal, hint })
    return status < 500
      ? ok(`${codeHost} answers`)
      : warn(`${codeHost} answers with HTTP ${status}`, 'Try again later.')
  },
}
