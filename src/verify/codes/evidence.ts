import type { Codes } from './code.ts'

/** What is said of evidence does not depend on the rules that a history claims: a digest is a digest. */
export const evidence: Codes = {
  'evidence/trailer': {
    title: 'Digests that do not add up',
    help: 'The engine sums up every digest that its commit brings to the record, in the trailer Evidence. One was changed, added or taken out afterwards.',
    strict: 'error',
    legacy: 'error',
  },
  'evidence/missing': {
    title: 'Evidence that is not in the store',
    help: 'The record names an object by its digest, and the store does not have it. What follows from it must be believed. Restore it from a copy, or name another store.',
    strict: 'warning',
    legacy: 'warning',
  },
  'evidence/damaged': {
    title: 'Evidence that was damaged or replaced',
    help: 'The store holds other bytes than the record names by digest. Restore the object from a copy.',
    strict: 'error',
    legacy: 'error',
  },
  'evidence/unfetched': {
    title: 'Evidence that could not be looked at',
    help: 'The store did not answer for it, or it is larger than such an object may be. This says nothing about the evidence: try again.',
    strict: 'warning',
    legacy: 'warning',
  },
  'evidence/size': {
    title: 'A recorded size that is not the size',
    help: 'The bytes are those that the record names by digest, and the recorded number of bytes is another.',
    strict: 'error',
    legacy: 'error',
  },
  'evidence/preview': {
    title: 'A preview that does not show its model',
    help: 'Drawn again from the recorded bytes by the recorded renderer, the model looks otherwise than what was recorded of it and shown to the judge.',
    strict: 'error',
    legacy: 'error',
  },
  'evidence/distance': {
    title: 'A recorded distance that is not the distance',
    help: 'Measured again between the recorded previews, the distance that an audit rests on comes out otherwise.',
    strict: 'error',
    legacy: 'error',
  },
  'evidence/verdict': {
    title: 'A verdict that does not follow from what was judged',
    help: 'The judge’s recorded answers are about other pictures, lead to another verdict, or are not what this judge answers to these pictures.',
    strict: 'error',
    legacy: 'error',
  },
  'evidence/judge': {
    title: 'Verdicts that have to be believed',
    help: 'The recorded answers are there, and this version cannot say what verdict follows from answers of that judge.',
    strict: 'note',
    legacy: 'note',
  },
  'evidence/canary': {
    title: 'A canary that is another picture',
    help: 'The changed copy that the judge was shown beside a preview is not what the published way of changing it makes of that preview.',
    strict: 'error',
    legacy: 'error',
  },
  'evidence/rejudge': {
    title: 'A judge that answers otherwise when asked again',
    help: 'A judge that may answer differently from time to time does so now and then; how often is reported with its confidence interval. Look at the duels that it lists.',
    strict: 'note',
    legacy: 'note',
  },
}
