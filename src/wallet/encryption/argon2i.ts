/** Argon2i 1.3 with one lane: Node's own from 24.7 on, and WebAssembly before. */
import * as crypto from 'node:crypto'
import { createRequire } from 'node:module'
import type * as HashWasm from 'hash-wasm'

export interface Argon2iParameters {
  readonly salt: Uint8Array
  readonly passes: number
  readonly memoryKiB: number
  readonly keyBytes: number
}

const require = createRequire(import.meta.url)

/** Takes seconds and the memory asked for; the thread stays free under a newer Node only. */
export const argon2i = (password: Uint8Array, parameters: Argon2iParameters): Promise<Buffer> =>
  'argon2' in crypto ? nativeArgon2i(password, parameters) : wasmArgon2i(password, parameters)

export function nativeArgon2i(password: Uint8Array, parameters: Argon2iParameters): Promise<Buffer> {
  const { salt: nonce, passes, memoryKiB: memory, keyBytes: tagLength } = parameters
  return new Promise((resolve, reject) => {
    const settings = { message: password, nonce, parallelism: 1, tagLength, memory, passes }
    crypto.argon2('argon2i', settings, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

export async function wasmArgon2i(password: Uint8Array, parameters: Argon2iParameters): Promise<Buffer> {
  const { argon2i: derive }: typeof HashWasm = require('hash-wasm')
  const { salt, passes: iterations, memoryKiB: memorySize, keyBytes: hashLength } = parameters
  const settings = { password, salt, parallelism: 1, iterations, memorySize, hashLength, outputType: 'binary' as const }
  return Buffer.from(await derive(settings))
}
