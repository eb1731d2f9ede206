/** Why a node did not even take an extrinsic into its pool: JSON-RPC errors 1010 to 1014, and the runtime's own numbers. */
import { RoundkeeperError } from '../../errors.ts'
import type { RpcFault } from './link.ts'

/** Of `Custom error: N`, by N: what it means, and what to do. */
const CUSTOM: Readonly<Record<number, readonly [meaning: string, hint: string]>> = {
  0: ['the coldkey is about to be swapped', 'Wait until the swap is done.'],
  1: ['the stake is too low', 'Stake more on this hotkey, or set weights with one that has enough.'],
  2: ['the balance is too low', 'Send TAO to the account that signs.'],
  3: ['there is no such subnet', 'See that the netuid and the network are right.'],
  4: ['there is no account of this hotkey', 'Register the hotkey on the subnet first.'],
  5: ['not enough stake to withdraw', 'Withdraw less.'],
  6: ['the rate limit is exceeded', 'Wait until the limit of the subnet lets you do it again, then repeat.'],
  7: ['there is not enough liquidity', 'Ask for less.'],
  8: ['the price moved too far', 'Repeat, or allow for a worse price.'],
  9: ['transfers are not allowed', 'Ask the owner of the subnet.'],
  10: ['the hotkey is not registered on this subnet', 'Register it first: roundkeeper miner register.'],
  11: ['not a valid IP address', 'Correct the address.'],
  12: ['the rate limit of serving is exceeded', 'Wait, then repeat.'],
  13: ['not a valid port', 'Correct the port.'],
  14: ['the greatest amount is 0', 'Ask for less.'],
  15: ['not a valid reveal round', 'Commit to a round of drand that is not published yet.'],
  16: ['there is no such commit', 'Commit before you reveal.'],
  17: ['the commit cannot be revealed in this block', 'Reveal in the epoch after the commit.'],
  18: ['the lists are not of one length', 'Give every uid one weight.'],
  19: ['there is no such uid', 'Read the metagraph again: the uid may have been given to somebody else.'],
  20: ['the rate limit of EVM keys is exceeded', 'Wait, then repeat.'],
  21: ['the swap of the coldkey is disputed', 'Settle the dispute first.'],
  22: ['not a valid account behind the proxy', 'Name the account that the proxy acts for.'],
  23: ['the shielded transaction cannot be read', 'Send it in the open.'],
  24: ['the hash of the shield key is wrong', 'Read the key again.'],
  25: ['the coldkey does not own this hotkey', 'Sign with the coldkey that does.'],
  26: ['the take is too low', 'Name a higher one.'],
  27: ['the take is too high', 'Name a lower one.'],
  255: ['a bad request', 'See the documentation of the call.'],
}

/** Of the texts that Substrate itself gives as data. */
const TEXTS: readonly (readonly [text: RegExp, hint: string])[] = [
  [/outdated/i, 'Its nonce is used: another transaction of the account was quicker. Repeat the command.'],
  [/ancient birth block/i, 'It was signed too long ago. Repeat the command.'],
  [
    /bad signature/i,
    'The runtime may have been upgraded meanwhile. Repeat; if that does not help, update Roundkeeper.',
  ],
  [/inability to pay/i, 'Send TAO to the account that signs.'],
]

const CODES: Readonly<Record<number, readonly [name: string, hint: string]>> = {
  1012: [
    'temporarily banned',
    'The node refuses it for about half an hour: change something, or send it to another node.',
  ],
  1014: [
    'priority too low',
    'Another transaction of the account waits with the same nonce. Wait until it is final, then repeat.',
  ],
  1016: ['immediately dropped', 'The pool of the node is full. Repeat in a minute.'],
}

const INVALID = 1010
const ALREADY_IMPORTED = 1013

/** The node has it for certain not taken; of other errors nobody knows. */
export const isRefusal = ({ code }: RpcFault) =>
  (code >= INVALID && code <= 1019 && code !== ALREADY_IMPORTED) || code === -32601 || code === -32602

/** The nonce was used by the time the node saw it. */
export const isOutdated = (fault: RpcFault) => fault.code === INVALID && /outdated/i.test(textOf(fault))

/** @returns `refused`, which may be worth a repetition for what passes by itself */
export function poolRefusal(fault: RpcFault, what: string): RoundkeeperError {
  const text = textOf(fault)
  const number = /custom error: (\d+)/i.exec(text)?.[1]
  const custom = number === undefined ? undefined : CUSTOM[Number(number)]
  const [meaning, hint] = custom ??
    CODES[fault.code] ?? [
      text,
      TEXTS.find(([pattern]) => pattern.test(text))?.[1] ??
        'The node did not take it, and nothing happened on the chain.',
    ]
  const passes = [6, 12, 20].includes(Number(number)) || isOutdated(fault) || fault.code > INVALID
  const name = number === undefined ? `${fault.code}` : `${fault.code}, custom error ${number}`
  return new RoundkeeperError('refused', `the chain does not take it: ${meaning} (${name})`, {
    where: what,
    hint,
    retryable: passes,
    cause: fault,
  })
}

const textOf = ({ message, data }: RpcFault) => data ?? message.replace(/^1\d\d\d: /, '')
