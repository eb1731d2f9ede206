/**
 * The identity-based encryption under a timelock, on BLS12-381: drand's signature of a round is the private key that
 * belongs to the round as an identity. Signatures are in G1 (48 bytes), public keys in G2 (96), compressed.
 */
import { createHash } from 'node:crypto'
import { bls12_381 as bls } from '@noble/curves/bls12-381.js'
import { RoundkeeperError } from '../../errors.ts'
import { join } from '../scale.ts'

/** As in RFC 9380; drand's scheme `bls-unchained-g1-rfc9380`. */
const DOMAIN = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_'

export type SignaturePoint = typeof bls.G1.Point.BASE
export type KeyPoint = typeof bls.G2.Point.BASE

const { Fr } = bls.fields

/** The point that drand multiplies with its secret to sign a round. @throws `usage` */
export function pointOfRound(round: number): SignaturePoint {
  if (!Number.isSafeInteger(round) || round < 1) {
    throw new RoundkeeperError('usage', `not a round of drand: ${round}`, {
      hint: 'Rounds are whole numbers from 1 on.',
    })
  }
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(round))
  return bls.shortSignatures.hash(sha256(message), DOMAIN)
}

/** A point of the right group, and not its zero; undefined for any other bytes. */
export const signaturePoint = (bytes: Uint8Array): SignaturePoint | undefined => pointFrom(bls.G1.Point, bytes)
export const keyPoint = (bytes: Uint8Array): KeyPoint | undefined => pointFrom(bls.G2.Point, bytes)

export const keyOf = (secret: bigint): KeyPoint => bls.G2.Point.BASE.multiply(secret)

/** A secret number, not 0, out of any bytes. */
export function scalarOf(bytes: Uint8Array): bigint {
  const scalar = Fr.create(BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
  return Fr.is0(scalar) ? Fr.ONE : scalar
}

/** Whether the owner of the key signed the point. */
export const isSigned = (signature: SignaturePoint, point: SignaturePoint, key: KeyPoint): boolean =>
  bls.shortSignatures.verify(signature, point, key)

/** 32 bytes that hide others: the digest of a pairing, its twelve coordinates little endian, the lower ones first. */
export function maskOf(g1: SignaturePoint, g2: KeyPoint): Uint8Array {
  const { c0, c1 } = bls.pairing(g1, g2)
  const coordinates = [c0, c1].flatMap((half) => [half.c0, half.c1, half.c2]).flatMap((pair) => [pair.c0, pair.c1])
  return sha256(...coordinates.map((coordinate) => bls.fields.Fp.toBytes(coordinate).reverse()))
}

export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(
    createHash('sha256')
      .update(join(...parts))
      .digest(),
  )

export const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, index) => byte ^ (b[index] ?? 0))

interface PointKind<P> {
  fromBytes(bytes: Uint8Array): P
}

/** The library throws for what is no point of the group; bytes of strangers are no reason to. */
function pointFrom<P extends { is0(): boolean }>(kind: PointKind<P>, bytes: Uint8Array): P | undefined {
  try {
    const point = kind.fromBytes(bytes)
    return point.is0() ? undefined : point
  } catch {
    return undefined
  }
}
