/** What a reason code of `reveals.json` means, and what its miner can do: one sentence each. The list is closed. */
import { type RevealReason, revealReasons } from '../state/reveals.ts'

export interface RevealExplanation {
  readonly meaning: string
  readonly remedy: string
}

const WRITE_IT_ANEW = 'Reveal it again with `roundkeeper miner`, which writes it as it has to be.'

const explanations: Readonly<Record<RevealReason, RevealExplanation>> = {
  'too-long': {
    meaning: 'The text is longer than anybody reads.',
    remedy: 'Reveal a shorter text; the fields of an entry need no more than a few hundred bytes.',
  },
  'not-json': { meaning: 'The text is not JSON.', remedy: WRITE_IT_ANEW },
  'not-an-object': { meaning: 'The text is JSON, but not an object with fields.', remedy: WRITE_IT_ANEW },
  'not-a-string': { meaning: 'A field of the text is not a string, or is empty.', remedy: WRITE_IT_ANEW },
  'no-known-field': {
    meaning: 'The text has none of the fields that an entry consists of.',
    remedy: 'Check the names of the fields; they are written in small letters.',
  },
  'bad-value': {
    meaning: 'A field has not the form that it must have.',
    remedy: 'Correct the field as the reason says, and reveal it again.',
  },
  'outside-window': {
    meaning: 'It was revealed before the window of the round opened, or after it closed.',
    remedy: 'Reveal it again while the window is open, a few blocks before it closes at the latest.',
  },
  'before-registration': {
    meaning: 'It was revealed before the hotkey was registered on the subnet as it is now.',
    remedy: 'Commit and reveal again; nothing from before the registration counts.',
  },
  'too-early': {
    meaning: 'It says where the code is, but its hash was not committed in an earlier block.',
    remedy: 'Now that the hash is on the chain, reveal once more where the code is; the block of the hash stays yours.',
  },
  'bad-hotkey': {
    meaning: 'The name is not the address of a hotkey.',
    remedy: 'Commit with a hotkey of Bittensor, whose address has 48 letters and digits.',
  },
  'not-registered': {
    meaning: 'The hotkey was not registered on the subnet when the window closed.',
    remedy: 'Register the hotkey on the subnet, then commit and reveal again.',
  },
  'not-committed': {
    meaning: 'No hash was committed in the window.',
    remedy: 'Commit the hash of the code first, and then reveal where the code is.',
  },
  'not-located': {
    meaning: 'A hash was committed, but where the code is was not revealed after it, or not all of it.',
    remedy: 'Reveal the missing fields before the window closes.',
  },
  'commit-missing': {
    meaning: 'The host has no such repository, or the repository does not contain the commit.',
    remedy: 'Make the repository public and push the very commit whose hash was committed, before the window closes.',
  },
  'other-hotkey': {
    meaning: 'The commit says that it belongs to another hotkey, or it names several.',
    remedy:
      'Enter code of your own, and let its commit name this hotkey and no other: `git commit --trailer "Hotkey: ADDRESS"`.',
  },
  duplicate: {
    meaning: 'Somebody else committed the same code in an earlier block.',
    remedy: 'Enter code of your own.',
  },
  'similar-hotkey': {
    meaning: 'A hotkey with the same first ten characters has an earlier entry, and records are named by these.',
    remedy: 'Enter with another hotkey.',
  },
}

/** @param code also one that a newer version has written */
export function explainReason(code: string): RevealExplanation {
  if (isReason(code)) return explanations[code]
  return {
    meaning: `The reason ${JSON.stringify(code.slice(0, 40))} is not known to this version.`,
    remedy: 'Read the reason beside it in reveals.json, or use a newer version.',
  }
}

const isReason = (code: string): code is RevealReason => (revealReasons as readonly string[]).includes(code)
