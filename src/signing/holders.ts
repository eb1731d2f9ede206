/** The two who sign in a competition that is founded signed: the engine, and the person in charge. */
import { join } from 'node:path'
import { writeKeyFiles } from './key-file.ts'
import type { PrivateKey } from './private-key.ts'
import type { PublicKey } from './public-key.ts'

export interface Holder {
  /** For people. */
  readonly name: string
  /** `engine@mesh`: who it is, and the address of its commits. */
  readonly principal: string
  /** Where its key lies in the folder of the competition. */
  readonly file: string
  readonly key: PrivateKey
  readonly publicKey: PublicKey
}

export type Holders = Readonly<Record<'engine' | 'operator', Holder>>

/**
 * @param competition its name: letters, digits, dots, dashes and the like
 * @param operator the person in charge; the address is a plain principal
 */
export function holdersOf(
  competition: string,
  keyOf: (who: keyof Holders) => PrivateKey,
  operator = { name: 'Operator', email: `operator@${competition}` },
): Holders {
  const holder = (who: keyof Holders, name: string, principal: string): Holder => {
    const key = keyOf(who)
    return { name, principal, file: `keys/${who}`, key, publicKey: key.publicKey }
  }
  return {
    engine: holder('engine', 'Roundkeeper', `engine@${competition}`),
    operator: holder('operator', operator.name, operator.email),
  }
}

/** @param dir the folder of the competition, which is never published @throws RoundkeeperError `usage` */
export async function writeHolderKeys(dir: string, { engine, operator }: Holders): Promise<void> {
  for (const { file, key, principal } of [engine, operator]) await writeKeyFiles(join(dir, file), key, principal)
}

/** As whom each commits. */
export const identitiesOf = ({ engine, operator }: Holders) => ({
  engine: { name: engine.name, email: engine.principal, signer: engine.key },
  operator: { name: operator.name, email: operator.principal, signer: operator.key },
})

/** What `roundkeeper.json` says of them. */
export function settingsOf(holders: Holders) {
  const { engine, operator } = identitiesOf(holders)
  return {
    author: { name: engine.name, email: engine.email },
    signing_key: holders.engine.file,
    operator: { name: operator.name, email: operator.email, signing_key: holders.operator.file },
  }
}
