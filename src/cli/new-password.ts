/** The password of a key that is being made. */
import { RoundkeeperError } from '../errors.ts'
import { passwordFromEnvironment } from '../wallet/password.ts'
import { askHidden } from './hidden-input.ts'
import { BY_ENVIRONMENT } from './wallet-options.ts'

/** Whoever steals the file may try as many as they like. */
const MIN_LENGTH = 8

/** @throws RoundkeeperError `usage` when it is too short, or the two are not the same */
export async function newPassword(keyFile: string): Promise<Buffer> {
  const given = passwordFromEnvironment(keyFile)
  const password = given ?? (await askHidden(`New password for ${keyFile}: `, BY_ENVIRONMENT))
  if (password.toString().length < MIN_LENGTH) {
    throw unfit(
      `a password has at least ${MIN_LENGTH} characters`,
      'Choose a longer one, or none at all: --no-password.',
    )
  }
  if (given === undefined) {
    const again = await askHidden('The same again: ', BY_ENVIRONMENT)
    const same = again.equals(password)
    again.fill(0)
    if (!same) throw unfit('these were two different passwords', 'Nothing was made: run it again.')
  }
  return password
}

const unfit = (message: string, hint: string) => new RoundkeeperError('usage', message, { hint })
