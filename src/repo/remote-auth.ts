/** Who we are, for remotes that ask. */
export interface Credentials {
  readonly username: string
  /** Or a token. */
  readonly password: string
}

export type AskCredentials = () => Credentials | Promise<Credentials>

/** Asks only when the server does; a second 401 ends the attempt. */
export const authOf = (credentials: AskCredentials | undefined) =>
  credentials === undefined ? {} : { onAuth: async () => ({ ...(await credentials()) }) }
