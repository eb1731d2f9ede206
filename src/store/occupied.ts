import { RoundkeeperError } from '../errors.ts'

/** What a store says instead of overwriting an object. */
export const occupied = (key: string, where: string) =>
  new RoundkeeperError('refused', `the object ${key} is there already, with other bytes`, {
    where,
    hint: 'Objects never change. If it was damaged, restore it from a copy or remove it; else give each competition its own store or prefix.',
  })
