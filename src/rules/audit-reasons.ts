/** What a reason code of `generation_audits.json` means, and what its miner can do: one sentence each. The list is closed. */
import { type AuditReason, auditReasons } from '../state/audits.ts'

export interface AuditExplanation {
  readonly meaning: string
  readonly remedy: string
}

const explanations: Readonly<Record<AuditReason, AuditExplanation>> = {
  'not-built': {
    meaning: 'There is no image of the code: builds.json says what came of its build.',
    remedy: 'Build the image yourself, from a fresh clone of exactly that commit, before you enter it.',
  },
  'not-started': {
    meaning: 'The image was started on two machines, and on neither did GET /health answer 200 in time.',
    remedy:
      'Start the image on a machine of the announced kind without a network: /health has to answer 200 on port 10006 in time.',
  },
  'repeats-known-models': {
    meaning:
      'To most of the pictures that it could not expect it answered with a model that it had submitted for another prompt, or with the same one again.',
    remedy: 'Let the image generate what it answers: it must not look up, download or repeat models.',
  },
  'fails-on-unseen-prompts': {
    meaning: 'To most of the pictures that it could not expect it answered with no model that can be drawn.',
    remedy: 'Let the image answer any picture with any seed, not only those of the round.',
  },
  'too-slow': {
    meaning: 'The median of its times, without the fastest and the slowest, is above the limit.',
    remedy:
      'Make it faster: time runs from the request to the last byte of the model, on the announced kind of machine.',
  },
  'not-reproduced': {
    meaning: 'On more prompts than are tolerated it made something else than was submitted, nothing, or took too long.',
    remedy:
      'Submit what the image itself makes with the seed of the round, with every version pinned and every random number seeded.',
  },
  'critical-not-reproduced': {
    meaning: 'On more prompts than are tolerated among those that decided its win it did not make what was submitted.',
    remedy:
      'Submit what the image itself makes with the seed of the round, with every version pinned and every random number seeded.',
  },
  void: {
    meaning: 'The audit came to nothing through no fault of the miner: a machine, the renderer or the store failed.',
    remedy: 'Nothing: it runs again, and goes on with the prompts that are not done.',
  },
}

/** @param code also one that a newer version has written */
export function explainAudit(code: string): AuditExplanation {
  if (isReason(code)) return explanations[code]
  return {
    meaning: `The reason ${JSON.stringify(code.slice(0, 40))} is not known to this version.`,
    remedy: 'Read the reason beside it in generation_audits.json, or use a newer version.',
  }
}

const isReason = (code: string): code is AuditReason => (auditReasons as readonly string[]).includes(code)
