import { devKeypair } from './dev-keys.ts'
import type { DevGenesis } from './genesis.ts'

export interface WellKnownAccount {
  /** `//Alice` */
  readonly name: string
  readonly address: string
  /** On the subnet, in a few words. */
  readonly role: string
}

const NAMES = ['//Owner', '//Alice', '//Bob', '//Charlie', '//Dave', '//Eve', '//Ferdie']

/** The accounts of a dev chain that everybody has the keys of, as it began. */
export function wellKnownAccounts(genesis: DevGenesis, netuid: number): WellKnownAccount[] {
  const subnet = genesis.subnets.find((each) => each.netuid === netuid)
  return NAMES.map((name) => {
    const { address } = devKeypair(name)
    const uid = subnet?.neurons.findIndex(({ hotkey }) => hotkey === address) ?? -1
    const roles = [
      ...(uid < 0 ? [] : [`${subnet?.neurons[uid]?.validatorPermit ? 'validator' : 'miner'}, uid ${uid}`]),
      ...(subnet?.owner === address ? ['owner'] : []),
      ...(genesis.sudo === address ? ['sudo'] : []),
    ]
    return { name, address, role: roles.join(', ') || 'funds only' }
  })
}
