/** The subnet: there, with an owner who can receive, a validator that may set weights, and settings that say when. */
import type { Hyperparameters, Metagraph } from '../../chain/subnets.ts'
import { files } from '../../state/index.ts'
import { type Check, type Finding, fail, ok, skipped, together, Waits, warn } from '../check.ts'
import type { Setup } from '../setup.ts'

export const subnetCheck: Check<Setup> = {
  id: 'subnet',
  title: 'Subnet',
  async run(setup) {
    const { chain, hotkey } = setup
    if (chain.kind === 'clock') return skipped('a clock chain keeps no register')
    const { netuid, weights } = await (await setup.snapshot()).read(files.config)
    if (netuid === undefined) return skipped('config.json names none (netuid)')
    const bittensor = await chain.open('finalized').catch((cause: unknown) => {
      throw new Waits('the chain has to answer first', { cause })
    })
    const [hyper, graph] = await Promise.all([bittensor.hyperparameters(netuid), bittensor.metagraph(netuid)])
    const remainder = weights?.remainder_to ?? 'owner'
    return together([
      ok(
        `subnet ${netuid}: ${graph.neurons.length} of ${hyper.maxUids} seats, tempo ${hyper.epochs.tempo}, commit-reveal ${hyper.commitRevealWeights ? 'on' : 'off'}`,
      ),
      ...(hyper.epochs.tempo === 0
        ? [warn('its epochs do not run (tempo 0)', 'Weights will count for nothing: see the settings of the subnet.')]
        : []),
      receiverFinding(graph, remainder),
      ...(hotkey === undefined ? [] : [validatorFinding(graph, hyper, hotkey)]),
    ])
  },
}

function receiverFinding({ neurons, ownerHotkey }: Metagraph, remainder: string): Finding {
  const receiver = remainder === 'owner' ? ownerHotkey : remainder
  const who = remainder === 'owner' ? 'the owner’s hotkey' : 'the hotkey in weights.remainder_to'
  if (receiver !== undefined && neurons.some((each) => each.hotkey === receiver)) return ok(`${who} is registered`)
  return warn(
    `${who} is not registered`,
    'Nobody receives what the crown is not worth: register it, or name another in weights.remainder_to of config.json.',
  )
}

function validatorFinding({ neurons }: Metagraph, { stakeThreshold }: Hyperparameters, hotkey: string): Finding {
  const seat = neurons.find((each) => each.hotkey === hotkey)
  if (seat === undefined)
    return fail(`the validator ${hotkey} is not registered`, 'Register it: `btcli subnet register`.')
  const advice = 'Stake more on it; the permit comes with the next epoch.'
  if (!seat.validatorPermit) return fail(`the validator (uid ${seat.uid}) has no permit`, advice)
  if (seat.stake < stakeThreshold)
    return warn(`the validator (uid ${seat.uid}) has less stake than weights need`, advice)
  return ok(`the validator has uid ${seat.uid}, and may set weights`)
}
