import { readdirSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { advanceCommand } from '../src/cli/advance.ts'
import { poolSchema, REDIS_URL } from '../src/cli/pool-settings.ts'
import { serveCommand } from '../src/cli/serve.ts'

/** Neither systemd nor a container engine is asked: what can be wrong without them is looked at here. */
const root = new URL('../', import.meta.url)
const text = (path: string) => readFileSync(new URL(path, root), 'utf8')

type Unit = Record<string, Record<string, string[]>>

/** As systemd reads it: sections, keys that may be given several times, comments on lines of their own. */
function unitOf(path: string): Unit {
  const unit: Unit = {}
  let section: Record<string, string[]> | undefined
  for (const line of text(path).split('\n')) {
    if (/^\s*([#;]|$)/.test(line)) continue
    const [, name] = /^\[(\w+)\]$/.exec(line) ?? []
    const [, key, value = ''] = /^([A-Z]\w+)=(.*)$/.exec(line) ?? []
    if (name !== undefined) {
      section = {}
      unit[name] = section
    } else if (key !== undefined && section !== undefined) section[key] = [...(section[key] ?? []), value]
    else throw new Error(`${path}: ${line}`)
  }
  return unit
}

/** What a command line of a unit gives to the command. */
function argumentsOf(line: string, command: Command): string[] {
  const [env, program, name, ...rest] = line.replaceAll('%S', '/var/lib').split(' ')
  expect([env, program, name]).toEqual(['/usr/bin/env', 'roundkeeper', command.name()])
  return rest
}

describe.each(['roundkeeper.service', 'roundkeeper-advance.service'])('%s', (name) => {
  const unit = unitOf(`deploy/${name}`)
  const service = unit.Service!
  const one = (key: string) => {
    expect(service[key], key).toHaveLength(1)
    return service[key]![0]!
  }
  const command = name === 'roundkeeper.service' ? serveCommand : advanceCommand

  it('starts a command that there is, in a folder that it may write to', () => {
    const given = argumentsOf(one('ExecStart'), command)
    expect(command.parseOptions(given)).toMatchObject({ operands: [], unknown: [] })
    expect(given[given.indexOf('--dir') + 1]).toBe('/var/lib/roundkeeper/competition')
    expect([one('StateDirectory'), one('WorkingDirectory')]).toEqual(['roundkeeper', '%S/roundkeeper'])
  })

  it('is nobody special, and sees and writes no more than it needs', () => {
    expect(one('User')).toBe('roundkeeper')
    expect([one('CapabilityBoundingSet'), one('AmbientCapabilities')]).toEqual(['', ''])
    expect(one('ProtectSystem')).toBe('strict')
    for (const key of [
      ...['NoNewPrivileges', 'ProtectHome', 'PrivateTmp', 'PrivateDevices', 'ProtectClock', 'ProtectControlGroups'],
      ...[
        'ProtectHostname',
        'ProtectKernelLogs',
        'ProtectKernelModules',
        'ProtectKernelTunables',
        'RestrictNamespaces',
      ],
      ...['RestrictRealtime', 'RestrictSUIDSGID', 'LockPersonality', 'RemoveIPC'],
    ])
      expect(one(key), key).toBe('yes')
    expect(one('SystemCallFilter')).toBe('@system-service')
    // Node compiles while it runs, and would not start.
    expect(service).not.toHaveProperty('MemoryDenyWriteExecute')
    expect(service).not.toHaveProperty('ReadWritePaths')
  })

  it('has its secrets from a file, and none in the unit', () => {
    expect(one('EnvironmentFile')).toBe('-/etc/roundkeeper/serve.env')
    expect(service).not.toHaveProperty('Environment')
  })

  it('has time to stop in good order', () => {
    expect([one('KillSignal'), one('KillMode')]).toEqual(['SIGTERM', 'mixed'])
    const given = argumentsOf(one('ExecStart'), command)
    const drain = Number(given[given.indexOf('--drain') + 1] || 60)
    expect(Number(one('TimeoutStopSec'))).toBeGreaterThan((Number.isNaN(drain) ? 60 : drain) + 15)
  })
})

describe('the units', () => {
  it('are started again after a failure, or by the clock', () => {
    const { Service, Unit, Install } = unitOf('deploy/roundkeeper.service')
    expect(Service).toMatchObject({ Type: ['exec'], Restart: ['on-failure'] })
    expect(Number(Service!.RestartSec)).toBeGreaterThan(0)
    expect(Unit).toMatchObject({ StartLimitIntervalSec: ['0'] })
    expect(Install).toEqual({ WantedBy: ['multi-user.target'] })
    const timer = unitOf('deploy/roundkeeper-advance.timer')
    expect(timer.Timer).toMatchObject({ OnCalendar: ['*:0/10'], Persistent: ['true'] })
    expect(unitOf('deploy/roundkeeper-advance.service').Service).toMatchObject({
      Type: ['oneshot'],
      SuccessExitStatus: ['3 4'],
    })
  })
})

interface Service {
  readonly image: string
  readonly build?: { readonly target: string }
  readonly env_file?: readonly { readonly path: string }[]
  readonly environment?: Readonly<Record<string, string>>
  readonly networks: readonly string[]
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
  readonly tmpfs: readonly string[]
  readonly healthcheck: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly [key: string]: unknown
}
const compose: { services: Record<string, Service>; networks: Record<string, { internal?: boolean }> } = parse(
  text('compose.yaml'),
  { merge: true },
)
const services = Object.entries(compose.services)

/** What can push, sign, or spend. */
const NOT_FOR_WORKERS = /GIT_TOKEN|GITHUB|SIGNING|WALLET|MNEMONIC|^BT_|TARGON|VERDA|RUNPOD|NOTIFY|WEBHOOK/
const variablesOf = (path: string) =>
  text(path)
    .split('\n')
    .flatMap((line) => /^([A-Z_0-9]+)=/.exec(line)?.[1] ?? [])

describe('compose.yaml', () => {
  it('has serve, Redis, workers, and the media services where they are wanted', () => {
    expect(services.map(([name]) => name)).toEqual(['serve', 'worker', 'redis', 'render', 'distance'])
    const profiles = services.map(([, { profiles }]) => profiles)
    expect(profiles).toEqual([undefined, undefined, undefined, ['render'], ['distance']])
    expect(compose.services.worker?.deploy).toEqual({ replicas: 2 })
  })

  it.each(services)('%s can do nothing that it need not', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      init: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
    })
    expect(service.pids_limit).toBeGreaterThan(0)
    expect(service.tmpfs).toContain('/tmp')
    for (const key of ['privileged', 'cap_add', 'network_mode', 'pid', 'ipc', 'devices', 'extra_hosts'])
      expect(service).not.toHaveProperty(key)
    expect(JSON.stringify(service.volumes ?? [])).not.toContain('docker.sock')
    expect(service.user ?? '1000').not.toMatch(/^(root|0)\b/)
  })

  it.each(services)('%s is an image of ours, or one of a version', (_, { build, image }) => {
    if (build === undefined) expect(image).toMatch(/^[a-z]+:\d+\.\d+\.\d+-[a-z]+$/)
    else expect(text('Dockerfile')).toMatch(new RegExp(`^FROM roundkeeper AS ${build.target}$`, 'm'))
  })

  it('looks after the health of whatever others wait for', () => {
    for (const [name, { healthcheck }] of services)
      expect([name, healthcheck.disable ?? false]).toEqual([name, name === 'worker'])
    expect(compose.services.redis?.healthcheck.test).toEqual(['CMD', 'redis-cli', 'ping'])
    for (const name of ['serve', 'render', 'distance']) {
      const { build, healthcheck } = compose.services[name]!
      const [stage = ''] = text('Dockerfile').split(`AS ${build!.target}\n`).slice(-1)
      const [, theirs = ''] = /HEALTHCHECK .* CMD (\[.*\])/.exec(stage) ?? []
      expect(healthcheck.test).toEqual(['CMD', ...JSON.parse(theirs)])
    }
  })

  it('gives secrets by files that are not in the repository, and workers none that can push, sign or spend', () => {
    const files = Object.fromEntries(
      services.map(([name, { env_file = [] }]) => [name, env_file.map(({ path }) => path)]),
    )
    expect(files).toEqual({
      ...{ serve: ['deploy/serve.env'], worker: ['deploy/worker.env'] },
      ...{ redis: [], render: [], distance: [] },
    })
    expect(text('.gitignore')).toMatch(/^deploy\/\*\.env$/m)
    expect(readdirSync(new URL('deploy/', root)).filter((name) => name.endsWith('.env'))).toEqual([])
    for (const path of ['deploy/serve.env.example', 'deploy/worker.env.example'])
      expect(text(path)).not.toMatch(/^[A-Z_0-9]+=./m)
    expect(variablesOf('deploy/serve.env.example')).toContain('ROUNDKEEPER_GIT_TOKEN')
    expect(variablesOf('deploy/worker.env.example').filter((name) => NOT_FOR_WORKERS.test(name))).toEqual([])
    for (const [name, { environment = {} }] of services) {
      expect([name, Object.keys(environment).filter((variable) => variable !== REDIS_URL)]).toEqual([name, []])
      for (const value of Object.values(environment)) expect(value).not.toMatch(/:\/\/[^/]*@/)
    }
  })

  it('shows a worker neither keys nor the repository', () => {
    const targets = compose.services.worker!.volumes!.map((volume) => volume.split(':/')[1])
    expect(targets).toEqual(['competition/roundkeeper.json:ro', 'competition/store'])
    expect(compose.services.serve!.volumes).toEqual([
      expect.stringMatching(/^\$\{COMPETITION:-[./a-z-]+\}:\/competition$/),
    ])
    for (const name of ['redis', 'render', 'distance']) expect(compose.services[name]).not.toHaveProperty('volumes')
  })

  it('lets only serve reach the git host, and nobody else be reached from outside', () => {
    expect(compose.networks.inside).toEqual({ internal: true })
    expect(services.map(([name, { networks }]) => [name, ...networks])).toEqual([
      ['serve', 'inside', 'git'],
      ['worker', 'inside', 'miners'],
      ['redis', 'inside'],
      ['render', 'inside'],
      ['distance', 'inside'],
    ])
    expect(services.flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]))).toEqual([
      ['serve', '127.0.0.1:8002:8002'],
    ])
  })

  it('asks for workers where the settings say so', () => {
    expect(poolSchema.parse({ kind: 'redis' })).toMatchObject({ url_env: REDIS_URL })
    expect(compose.services.serve?.environment).toEqual(compose.services.worker?.environment)
    // What waits in Redis is never thrown out to make room: BullMQ would lose count.
    expect(compose.services.redis?.command).toContain('noeviction')
  })
})
