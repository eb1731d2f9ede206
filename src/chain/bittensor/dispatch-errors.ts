/** Why a call that was included did nothing: the pallet's error by its name, what the runtime says of it, and what to do. */
import type { DispatchError } from '@polkadot/types/interfaces'
import type { Registry } from '@polkadot/types/types'
import { RoundkeeperError } from '../../errors.ts'

const REGISTER = 'Register the hotkey on the subnet first; a hotkey that was replaced must register again.'
const RATE = 'Wait until the rate limit of the subnet has passed since the last weights.'
const NOTHING_LOST = 'Nothing was changed on the chain.'

/** By `Pallet.Name`; numbers move from runtime to runtime, names do not. */
const HINTS: Readonly<Record<string, string>> = {
  'Commitments.AccountNotAllowedCommit': REGISTER,
  'Commitments.SpaceLimitExceeded':
    'This hotkey has committed as much as it may in this epoch. Wait for the next epoch, then commit once.',
  'Commitments.TooManyFieldsInCommitmentInfo': 'Commit fewer fields.',
  'SubtensorModule.HotKeyNotRegisteredInSubNet': REGISTER,
  'SubtensorModule.NotEnoughStakeToSetWeights': 'Stake more on this hotkey, or set weights with one that has enough.',
  'SubtensorModule.IncorrectWeightVersionKey': 'The subnet wants a newer version key: see `weights show`.',
  'SubtensorModule.SettingWeightsTooFast': RATE,
  'SubtensorModule.CommittingWeightsTooFast': RATE,
  'SubtensorModule.NeuronNoValidatorPermit':
    'This hotkey has no validator permit: more stake earns one in a later epoch.',
  'SubtensorModule.DuplicateUids': 'Name every uid once.',
  'SubtensorModule.UidVecContainInvalidOne': 'Read the metagraph again: a uid is not taken.',
  'SubtensorModule.UidsLengthExceedUidsInSubNet': 'Read the metagraph again: there are fewer uids.',
  'SubtensorModule.WeightVecNotEqualSize': 'Give every uid one weight.',
  'SubtensorModule.WeightVecLengthIsLow': 'The subnet wants weights for more uids: see `weights show`.',
  'SubtensorModule.MaxWeightExceeded': 'The subnet limits the share of a single uid: see `weights show`.',
  'SubtensorModule.CanNotSetRootNetworkWeights': 'Name the subnet with --netuid.',
  'SubtensorModule.CommitRevealEnabled':
    'The subnet has switched to commit–reveal meanwhile: repeat, and the weights are committed.',
  'SubtensorModule.CommitRevealDisabled':
    'The subnet has switched commit–reveal off meanwhile: repeat, and the weights are set in the open.',
  'SubtensorModule.TooManyUnrevealedCommits': 'Wait until earlier commits have been revealed.',
  'SubtensorModule.InvalidRevealRound': 'The round of drand has been published meanwhile: repeat.',
  'SubtensorModule.IncorrectCommitRevealVersion':
    'The runtime wants another version of commit–reveal: update Roundkeeper.',
  'SubtensorModule.SubNetRegistrationDisabled': 'The subnet takes no registrations at present: ask its owner.',
  'SubtensorModule.HotKeyAlreadyRegisteredInSubNet': 'Nothing to do: the hotkey is registered.',
  'SubtensorModule.NotEnoughBalanceToStake':
    'Send TAO to the coldkey: the price of a registration is more than it has.',
  'SubtensorModule.NonAssociatedColdKey':
    'The hotkey belongs to another coldkey: sign with that one, or take another hotkey.',
  'SubtensorModule.NoNeuronIdAvailable': 'No seat can be replaced at present: all are immune. Try again later.',
  'SubtensorModule.SubnetNotExists': 'See that the netuid and the network are right.',
  'SubtensorModule.RegistrationNotPermittedOnRootSubnet': 'Name the subnet with --netuid.',
  'SubtensorModule.RegistrationPriceLimitExceeded': 'The price has risen above your limit: raise the limit, or wait.',
  'SubtensorModule.TooManyRegistrationsThisBlock': 'Try again in the next block.',
  'SubtensorModule.TooManyRegistrationsThisInterval': 'Try again in the next interval of registrations.',
  'System.CallFiltered': 'The chain does not allow this call at present.',
}

/** These pass by themselves. */
const PASSING = new Set([
  'Commitments.SpaceLimitExceeded',
  'SubtensorModule.SettingWeightsTooFast',
  'SubtensorModule.CommittingWeightsTooFast',
  'SubtensorModule.TooManyUnrevealedCommits',
  'SubtensorModule.CommitRevealEnabled',
  'SubtensorModule.CommitRevealDisabled',
  'SubtensorModule.InvalidRevealRound',
  'SubtensorModule.NoNeuronIdAvailable',
  'SubtensorModule.TooManyRegistrationsThisBlock',
  'SubtensorModule.TooManyRegistrationsThisInterval',
])

/** @param what the call, and where it lies */
export function dispatchRefusal(error: DispatchError, registry: Registry, what: string): RoundkeeperError {
  const { name, docs } = described(error, registry)
  return new RoundkeeperError('refused', `the chain refused it: ${name}${docs === '' ? '' : `: ${docs}`}`, {
    where: what,
    hint: HINTS[name] ?? NOTHING_LOST,
    retryable: PASSING.has(name),
  })
}

function described(error: DispatchError, registry: Registry): { readonly name: string; readonly docs: string } {
  if (!error.isModule) return { name: String(error), docs: '' }
  try {
    const { section, name, docs } = registry.findMetaError(error.asModule)
    return { name: `${section.charAt(0).toUpperCase()}${section.slice(1)}.${name}`, docs: docs.join(' ').trim() }
  } catch {
    return { name: `an error that the metadata do not name: ${error.asModule.toString()}`, docs: '' }
  }
}
