import { readFileSync } from 'node:fs'

/** What the fixtures hold; see the README beside them. */
export const PASSWORD = 'testing123'
export const MNEMONIC = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'
export const SEED = 'fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e'
export const PRIVATE_KEY =
  '05d65584630d16cd4af6d0bec10f34bb504a5dcb62dba2122d49f5a663763d0afd190cce74df356432b410bd64682309d6dedb27c76845daf388557cbac3ca34'
export const PUBLIC_KEY = '46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a'
export const ADDRESS = '5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV'
export const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'

export const fixturePath = (name: string) => new URL(`fixtures/${name}`, import.meta.url)
export const fixture = (name: string) => readFileSync(fixturePath(name))

/** Every text that must not show up anywhere. */
export const SECRETS = [MNEMONIC, SEED, PRIVATE_KEY, PASSWORD]
