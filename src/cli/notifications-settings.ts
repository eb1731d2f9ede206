/** `notifications` in the operator's settings: who is told what. Addresses of webhooks are secrets: they are in the environment. */
import { z } from 'zod'
import { EVENTS, LASTING_EVENTS } from '../notify/notifier.ts'
import { isGithubAddress } from '../repo/github/address.ts'

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable')
const some = `at least one of ${EVENTS.join(', ')}`
const lasting = `at least one of ${LASTING_EVENTS.join(', ')}: an issue shows what lasts`
const repository = z
  .string()
  .refine((text) => !isGithubAddress(text) && /^[^/\s]+\/[^/\s]+$/.test(text), 'OWNER/NAME on GitHub')

const webhook = <K extends string>(kind: K, fallback: string) =>
  z.strictObject({
    kind: z.literal(kind),
    /** Name of the environment variable that holds the address, never the address. */
    url_env: variable.default(fallback),
    events: z.array(z.enum(EVENTS, some)).min(1, some).optional(),
  })

const issueSchema = z.strictObject({
  kind: z.literal('github-issue'),
  /** Absent: where the competition is. */
  repository: repository.optional(),
  token_env: variable.default('GITHUB_TOKEN'),
  events: z.array(z.enum(LASTING_EVENTS, lasting)).min(1, lasting).optional(),
})

export const notificationSchema = z.discriminatedUnion(
  'kind',
  [
    webhook('discord', 'ROUNDKEEPER_DISCORD_WEBHOOK'),
    webhook('slack', 'ROUNDKEEPER_SLACK_WEBHOOK'),
    webhook('webhook', 'ROUNDKEEPER_WEBHOOK'),
    issueSchema,
  ],
  'a notification: {"kind": "discord", "slack" or "webhook", "url_env"?: …} or {"kind": "github-issue", "token_env"?: …}',
)
export type NotificationSettings = z.infer<typeof notificationSchema>
