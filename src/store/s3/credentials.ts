import { RoundkeeperError } from '../../errors.ts'

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of temporary credentials. */
  readonly sessionToken?: string
}

/** Names of environment variables: settings never hold a secret themselves. */
export interface CredentialNames {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** @throws `unauthorised` naming a variable that is not set */
export function credentialsFrom(names: CredentialNames, env: NodeJS.ProcessEnv = process.env): S3Credentials {
  const read = (name: string): string => {
    const value = env[name]
    if (value !== undefined && value !== '') return value
    throw new RoundkeeperError('unauthorised', `the environment variable ${name} is not set`, {
      where: name,
      hint: 'Set it to the credential of the object store, as its settings say, and run again.',
    })
  }
  return {
    accessKeyId: read(names.accessKeyId),
    secretAccessKey: read(names.secretAccessKey),
    ...(names.sessionToken === undefined ? {} : { sessionToken: read(names.sessionToken) }),
  }
}
