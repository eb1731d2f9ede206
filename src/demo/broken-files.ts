import type { ModelKind } from '../media/renderer.ts'
import { Dice } from './dice.ts'
import type { Page } from './local-server.ts'

const encode = (text: string) => new TextEncoder().encode(text)

const WAYS: readonly ((model: Uint8Array, dice: Dice) => Page | undefined)[] = [
  (model) => ({ type: 'application/octet-stream', body: model.subarray(0, Math.floor(model.length / 2)) }),
  (model, dice) => ({ type: 'application/octet-stream', body: encode(dice.text(model.length, '\x00\x01?!#~')) }),
  () => ({ type: 'text/html', body: encode('<!doctype html><title>Bandwidth limit exceeded</title>\n') }),
  () => undefined,
]

/** A file that is no model, in one of several ways: half of one, noise, a web page, nothing at all. */
export function brokenFile(model: Uint8Array, stem: string, kind: ModelKind): Page | undefined {
  const dice = new Dice(stem, `broken ${kind}`)
  return dice.pick(WAYS)(model, dice)
}
