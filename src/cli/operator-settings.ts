import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { basename, join } from 'node:path'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { RoundkeeperError } from '../errors.ts'
import { hideNamed } from '../mask.ts'
import { gitSettings } from '../repo/git-choice.ts'
import { describeProblem, expectation } from '../state/problems.ts'
import { auditsSchema } from './audits-settings.ts'
import { buildsSchema } from './builds-settings.ts'
import { judgeSchema } from './judge-settings.ts'
import { type MediaSettings, mediaSchema } from './media-settings.ts'
import { notificationSchema } from './notifications-settings.ts'
import { podsSchema } from './pods-settings.ts'
import { poolSchema } from './pool-settings.ts'
import { serveSchema } from './serve-settings.ts'
import { storeSchema } from './store-settings.ts'

export const OPERATOR_FILE = 'roundkeeper.json'

/** Where a miner of one's own can be; all others are found by their names. */
const LOCAL_RANGES = ['loopback', 'private', 'linkLocal', 'carrierGradeNat', 'uniqueLocal']
const isLocal = (address: string) => isIP(address) !== 0 && LOCAL_RANGES.includes(ipaddr.process(address).range())

const PORT = 'a port from 1 to 65535'
const hostSchema = z.strictObject({
  address: z.string().refine(isLocal, 'the IP address of this machine or of a private network, e.g. 127.0.0.1'),
  port: z.int(PORT).min(1, PORT).max(65_535, PORT),
})

const clockSchema = z.strictObject({ kind: z.literal('clock'), file: z.string() })
const bittensorSchema = z.strictObject({
  kind: z.literal('bittensor'),
  /** A network's name, or ws:// and wss:// URLs with commas between them. */
  endpoint: z.string(),
  finality: z.enum(['finalized', 'best']).default('finalized'),
  /** Of the chain that the competition began on: no other one is listened to. A named network has its own. */
  genesis_hash: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/, '0x and 64 lower-case hex digits')
    .optional(),
})

/** The operator's own settings, beside the competition repository and never in it. Paths are relative to the file. */
const operatorSchema = z.strictObject({
  /** Folder of a bare repository, the http(s) URL of a remote one, or `github:OWNER/NAME` for GitHub's API. */
  repo: z.string().default('state.git'),
  branch: z.string().default('main'),
  /** What moves the objects of a `repo` that is a URL; see docs/operating.md. */
  git: z.enum(gitSettings).default('auto'),
  chain: z
    .discriminatedUnion(
      'kind',
      [clockSchema, bittensorSchema],
      'a chain: {"kind": "clock", …} or {"kind": "bittensor", …}',
    )
    .default({ kind: 'clock', file: 'chain.json' }),
  /** Where miners' repositories are: their URL without OWNER/NAME, or `none`. Absent: GitHub, unless the chain is of this machine. */
  code_host: z
    .union([z.literal('none'), z.url({ protocol: /^https?$/ })], 'the http(s) URL of a git host, or "none"')
    .optional(),
  store: storeSchema.default({ folder: 'store' }),
  /** Who draws previews: their id is on record with every one. */
  renderer: mediaSchema.shape.renderer,
  /** What measures how far two previews are apart, for audits: its id is on record with every distance. */
  distance: mediaSchema.shape.distance,
  /** Who decides duels: its id is on record with every match. */
  judge: mediaSchema.shape.judge,
  /** Asked once more about a would-be king, where `config.judging.throne` wants that. */
  second_judge: judgeSchema.optional(),
  /** Folder of runnable miner code: `<owner>/<repo>/<commit>/miner.json`. */
  images: z.string().default('images'),
  /** Who turns miners' code into images. */
  builds: buildsSchema.default({ kind: 'local' }),
  /** Where miners' images run. */
  pods: podsSchema.prefault({}),
  /** How many of them an audit gets. */
  audits: auditsSchema.prefault({}),
  /** Whose commits those of the engine are; where they are signed, the address is the principal of the key. */
  author: z
    .strictObject({ name: z.string(), email: z.string() })
    .default({ name: 'Roundkeeper', email: 'roundkeeper@localhost' }),
  /** File of the key that the engine signs with. */
  signing_key: z.string().optional(),
  /** The person who pauses, resumes and intervenes; the engine's identity stands for them when absent. */
  operator: z.strictObject({ name: z.string(), email: z.string(), signing_key: z.string().optional() }).optional(),
  /** Who does a tick's costly work: this process, or workers by way of Redis. */
  pool: poolSchema.default({ kind: 'in-process' }),
  /** What `serve` does by the clock. */
  serve: serveSchema.prefault({}),
  /** Who is told what happened, after every tick. */
  notifications: z.array(notificationSchema, 'a list').default([]),
  commit_every_seconds: z.number().min(0, 'a number of seconds from 0 on').default(60),
  /** Host names to be reached at a local address, e.g. miners on this machine. */
  hosts: z.record(z.string(), hostSchema).default({}),
})
export type OperatorSettings = z.infer<typeof operatorSchema>

export async function readSettings(root: string): Promise<OperatorSettings> {
  const path = join(root, OPERATOR_FILE)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RoundkeeperError('not-found', `there is no competition in ${root}`, {
      where: path,
      hint: 'Make one with `roundkeeper init DIR`, or name its folder with --dir.',
      cause,
    })
  })
  return parseSettings(operatorSchema, path, text)
}

/** `renderer`, `distance` and `judge` of a file that says nothing else, or of an operator's settings. @throws `usage` */
export async function readMediaSettings(path: string): Promise<MediaSettings> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RoundkeeperError('usage', 'there is no such file', {
      where: path,
      hint: 'Name a JSON file with `renderer`, `distance` or `judge`, as in roundkeeper.json.',
      cause,
    })
  })
  return parseSettings(mediaSchema, path, text)
}

function parseSettings<T extends z.ZodType>(schema: T, path: string, text: string): z.infer<T> {
  const fail = (problem: string) =>
    new RoundkeeperError('usage', problem, {
      where: path,
      hint: 'Correct the file; docs/operating.md lists its fields.',
    })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw fail(`${basename(path)} is not JSON: ${cause instanceof Error ? cause.message : ''}`)
  }
  const parsed = schema.safeParse(json, { error: expectation })
  if (parsed.success) {
    hideNamed(parsed.data, process.env)
    return parsed.data
  }
  throw fail(parsed.error.issues.map((issue) => describeIssue(issue, json)).join('; '))
}

function describeIssue(issue: z.core.$ZodIssue, json: unknown): string {
  if (issue.code !== 'unrecognized_keys') return describeProblem(issue, json)
  const names = issue.keys.map((key) => [...issue.path, key].join('.'))
  return `unknown ${names.length === 1 ? 'field' : 'fields'} ${names.join(', ')}`
}
