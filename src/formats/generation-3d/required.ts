import { RoundkeeperError } from '../../errors.ts'

/** The fields that every entry of this format has, although the common files leave them to the format. @throws `state-file` */
export function required<T extends object, K extends keyof T & string>(
  record: T,
  where: string,
  ...fields: readonly K[]
): { [F in K]-?: NonNullable<T[F]> } {
  const missing = fields.find((field) => record[field] === undefined || record[field] === null)
  if (missing === undefined) return record as { [F in K]-?: NonNullable<T[F]> }
  throw new RoundkeeperError('state-file', `${where}: ${missing} is missing`, {
    where,
    hint: `Add "${missing}", or take the entry out.`,
  })
}
