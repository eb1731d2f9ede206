/** Whoever can sign as an account of a Substrate chain. What is asked of a key, wherever it is kept. */
export interface Keypair {
  /** SS58, format 42: `5…` */
  readonly address: string
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** An sr25519 signature over the bytes as they are: 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array
}
