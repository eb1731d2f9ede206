/** Types of the pallet's own. */
import { balance } from '../../substrate-types.ts'
import { bytes, type Fields, i64, i128, struct, u8, u16, u32, u64, u128 } from '../../types.ts'

const own = (name: string, fields: Fields) => struct(`pallet_subtensor::${name}`, fields)

/** 64 bits after the point. */
export const fixedU128 = struct('substrate_fixed::FixedU128', { bits: u128 })

/** 32 bits after the point. */
export const fixedI128 = struct('substrate_fixed::FixedI128', { bits: i128 })

export const safeFloat = struct('share_pool::SafeFloat', { mantissa: u128, exponent: i64 })

const endpoint = { version: u32, ip: u128, port: u16, ip_type: u8 }
export const axonFields = { ...endpoint, protocol: u8, placeholder1: u8, placeholder2: u8 }
export const axonInfo = own('pallet::AxonInfo', { block: u64, ...axonFields })
export const prometheusInfo = own('pallet::PrometheusInfo', { block: u64, ...endpoint })

export const lockState = own('staking::lock::LockState', {
  locked_mass: balance,
  conviction: fixedU128,
  last_update: u64,
})

export const chainIdentity = own('pallet::ChainIdentityV2', {
  name: bytes,
  url: bytes,
  github_repo: bytes,
  image: bytes,
  discord: bytes,
  description: bytes,
  additional: bytes,
})

export const subnetIdentityFields = {
  subnet_name: bytes,
  github_repo: bytes,
  subnet_contact: bytes,
  subnet_url: bytes,
  discord: bytes,
  description: bytes,
  logo_url: bytes,
  additional: bytes,
}
export const subnetIdentity = own('pallet::SubnetIdentityV3', subnetIdentityFields)
