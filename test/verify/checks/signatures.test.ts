import { execFileSync } from 'node:child_process'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BareRepo } from '../../../src/repo/bare-repo.ts'
import { openHistory } from '../../../src/repo/open-history.ts'
import type { Identity } from '../../../src/repo/state-repo.ts'
import { defaultPathPolicy } from '../../../src/rules/path-policy.ts'
import { AllowedSigners } from '../../../src/signing/allowed-signers.ts'
import { signerLine } from '../../../src/signing/allowed-signers-line.ts'
import { writeKeyFiles } from '../../../src/signing/key-file.ts'
import { PrivateKey } from '../../../src/signing/private-key.ts'
import { joinSigned, splitSigned } from '../../../src/signing/signed-commit.ts'
import { files } from '../../../src/state/index.ts'
import { Signatures } from '../../../src/verify/checks/signatures.ts'
import { type VerifyOptions, verify } from '../../../src/verify/verify.ts'
import { changeOf, git, gitIsMissing, type TemporaryFolder, temporaryFolder } from '../../repo/support.ts'
import { sshIsMissing, sshKeygen } from '../../signing/ssh.ts'

const missing = (await gitIsMissing()) || (await sshIsMissing())
const START = new Date('2026-03-01T00:00:00Z')
const key = (number: number) => PrivateKey.fromSeed(Buffer.alloc(32, number))
const as = (email: string, signer?: PrivateKey): Identity => ({ name: 'N', email, ...(signer && { signer }) })
const engine = as('engine@x', key(1))
const operator = as('operator@x', key(2))
const stranger = as('engine@x', key(3))
const lineOf = ({ email, signer }: Identity) => signerLine(email, signer?.publicKey ?? key(0).publicKey)
const SIGNERS = [engine, operator].map(lineOf).join('\n')
const PERMISSIONS = files.pathPolicy.serialise(defaultPathPolicy('engine@x', 'operator@x'))

/** A bare repository with commits by anybody, beside what stock git says of each. */
class Place {
  readonly #dir: string
  #repo: BareRepo | undefined
  #minutes = 0

  constructor(dir: string) {
    this.#dir = dir
  }

  get gitdir(): string {
    return join(this.#dir, 'state.git')
  }

  get clone(): string {
    return join(this.#dir, 'clone')
  }

  async found(
    by = operator,
    begun: Record<string, string> = { 'policy/allowed_signers': SIGNERS, 'policy/paths.json': PERMISSIONS },
  ) {
    const at = START
    const first = changeOf({ 'state.json': '{}', 'leader.json': '[]', ...begun }).files
    this.#repo = await BareRepo.create(this.gitdir, {
      branch: 'main',
      files: first,
      message: 'Begin',
      by: { ...by, at },
    })
    return this.#repo.head()
  }

  async commit(by: Identity, change: Record<string, string | null>): Promise<string> {
    const at = new Date(START.getTime() + ++this.#minutes * 60_000)
    const repo = this.#repo ?? (await BareRepo.open(this.gitdir, { branch: 'main' }))
    return repo.commit(await repo.head(), changeOf(change), { ...by, at })
  }

  /** What the newest commit is made of, as it is or changed: it takes its place. */
  async forge(change: (raw: Buffer) => Buffer): Promise<string> {
    const raw = execFileSync('git', ['-C', this.gitdir, 'cat-file', 'commit', 'main'])
    const path = join(this.#dir, 'forged')
    await writeFile(path, change(raw))
    const oid = await git(this.gitdir, 'hash-object', '-t', 'commit', '-w', '--literally', path)
    await git(this.gitdir, 'update-ref', 'refs/heads/main', oid)
    return oid
  }

  /** A commit of stock git, signed with a key in a file. */
  async stock(email: string, keyFile: string, path: string): Promise<string> {
    await git(this.#dir, 'clone', '-q', this.gitdir, this.clone)
    await writeFile(join(this.clone, path), 'by hand')
    const settings = ['gpg.format=ssh', `user.signingKey=${keyFile}`, `user.email=${email}`, 'user.name=N']
    const at = { GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_NAME: 'N', GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_NAME: 'N' }
    const run = (...args: string[]) =>
      execFileSync('git', ['-C', this.clone, ...settings.flatMap((each) => ['-c', each]), ...args], {
        env: { PATH: process.env.PATH, HOME: this.clone, GIT_CONFIG_NOSYSTEM: '1', ...at },
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    run('add', '-A')
    run('commit', '-q', '-S', '-m', 'by hand')
    run('push', '-q', 'origin', 'HEAD:main')
    return git(this.gitdir, 'rev-parse', 'main')
  }

  async stockSays(commit: string, list = SIGNERS): Promise<boolean> {
    const path = join(this.#dir, 'allowed')
    await writeFile(path, `${list}\n`)
    return git(this.gitdir, '-c', `gpg.ssh.allowedSignersFile=${path}`, 'verify-commit', commit).then(
      () => true,
      () => false,
    )
  }

  /** `code path` of what is found, by commit. */
  async findings(options: VerifyOptions = {}, pinned?: AllowedSigners) {
    await using history = await openHistory(this.gitdir)
    const check = new Signatures({ pinned })
    const result = await verify(history, { checks: [check], ...options })
    const at = (commit: string) =>
      result.findings
        .filter((finding) => finding.commit === commit)
        .map(({ code, path }) => (path === null ? code : `${code} ${path}`))
    return { ...result, at, counts: check.counts }
  }
}

describe.skipIf(missing)('signatures', () => {
  let folder: TemporaryFolder
  let place: Place

  beforeEach(async () => {
    folder = await temporaryFolder()
    place = new Place(folder.path)
  })
  afterEach(() => folder[Symbol.asyncDispose]())

  it('of whoever may are fine, and stock git says so too', async () => {
    const commits = [
      await place.found(),
      await place.commit(engine, { 'state.json': '{"a":1}', 'rounds/0/seed.json': '1' }),
      await place.commit(operator, { 'config.json': '{}', 'rounds/0/source_audit.json': '[]' }),
    ]
    for (const commit of commits) expect(await place.stockSays(commit)).toBe(true)
    const { findings, counts } = await place.findings()
    expect(findings).toEqual([])
    expect(counts).toEqual({ trust: 'first-use', founded: commits[0], demanded: 3, trusted: 3 })
  })

  it('made by stock git with keys of OpenSSH are fine', async () => {
    const file = join(folder.path, 'stock-key')
    await sshKeygen('-q', '-t', 'ed25519', '-N', '', '-f', file)
    const list = `${SIGNERS}\nmaria@x ${await readFile(`${file}.pub`, 'utf8')}`
    const permissions = files.pathPolicy.serialise({ identities: [{ principal: 'maria@x', may_write: ['*.md'] }] })
    await place.found(operator, { 'policy/allowed_signers': list, 'policy/paths.json': permissions })
    const commit = await place.stock('maria@x', file, 'README.md')
    expect(await place.stockSays(commit, list)).toBe(true)
    expect((await place.findings()).findings).toEqual([])
  })

  it('made by stock git with our keys are fine', async () => {
    await place.found()
    const file = join(folder.path, 'our-key')
    await writeKeyFiles(file, key(2), 'operator@x')
    await chmod(file, 0o600)
    const commit = await place.stock('operator@x', file, 'README.md')
    expect(await place.stockSays(commit)).toBe(true)
    expect((await place.findings()).findings).toEqual([])
  })

  const otherPurpose = async (payload: Buffer) => {
    const [file, text] = [join(folder.path, 'key'), join(folder.path, 'payload')]
    await writeKeyFiles(file, key(1), '')
    await writeFile(text, payload)
    await sshKeygen('-q', '-Y', 'sign', '-n', 'file', '-f', file, text)
    return readFile(`${text}.sig`, 'utf8')
  }
  const again = (change: (payload: string) => string) => (raw: Buffer) => {
    const { payload, signature = '' } = splitSigned(raw)
    return joinSigned(Buffer.from(change(payload.toString())), signature)
  }

  it.each<[string, string, (raw: Buffer, root: string) => Buffer | Promise<Buffer>]>([
    ['none', 'missing', (raw) => splitSigned(raw).payload],
    ['one of another message', 'invalid', again((text) => text.replace('a change', 'another'))],
    ['one of another time', 'invalid', again((text) => text.replaceAll(/> \d+/g, '> 1772000000'))],
    [
      'one of another parent',
      'invalid',
      (raw, root) => again((text) => text.replace(/parent .*/, `parent ${root}`))(raw),
    ],
    ['one that was cut', 'invalid', (raw) => Buffer.from(raw.toString().replace(/\n .*\n -----END/, '\n -----END'))],
    ['one of PGP', 'invalid', (raw) => joinSigned(splitSigned(raw).payload, PGP)],
    ['rubbish', 'invalid', (raw) => joinSigned(splitSigned(raw).payload, 'rubbish')],
    [
      'one for files',
      'invalid',
      async (raw) => joinSigned(splitSigned(raw).payload, await otherPurpose(splitSigned(raw).payload)),
    ],
    [
      'one of a stranger',
      'untrusted',
      (raw) => joinSigned(splitSigned(raw).payload, key(3).sign(splitSigned(raw).payload)),
    ],
  ])('that are %s are found: %s', async (_, code, change) => {
    const root = await place.found()
    await place.commit(engine, { 'state.json': '{"a":1}' })
    await place.commit(engine, { 'state.json': '{"a":2}' })
    const forged = await change(execFileSync('git', ['-C', place.gitdir, 'cat-file', 'commit', 'main']), root)
    const commit = await place.forge(() => forged)
    expect(await place.stockSays(commit)).toBe(false)
    const { findings, at, counts } = await place.findings()
    expect(at(commit)).toEqual([`signature/${code}`])
    expect(findings).toHaveLength(1)
    expect(findings[0]?.severity).toBe('error')
    expect(counts.demanded - counts.trusted).toBe(1)
  })

  it('count twice for nothing', async () => {
    await place.found()
    await place.commit(engine, { 'state.json': '{"a":1}' })
    const commit = await place.forge((raw) => joinSigned(raw, key(1).sign(splitSigned(raw).payload)))
    expect((await place.findings()).at(commit)).toEqual(['signature/invalid'])
  })

  it.each([
    ['valid-after="20260301Z"', []],
    ['valid-after="20260302Z"', ['signature/expired']],
    ['valid-before="20260228Z"', ['signature/expired']],
    ['valid-before="20260302Z"', []],
  ])('are looked at as of the time of the commit: %s', async (option, expected) => {
    const list = `${lineOf(operator)}\n${lineOf(engine).replace('namespaces="git"', `namespaces="git",${option}`)}`
    await place.found(operator, { 'policy/allowed_signers': list, 'policy/paths.json': PERMISSIONS })
    const commit = await place.commit(engine, { 'state.json': '{"a":1}' })
    expect((await place.findings()).at(commit)).toEqual(expected)
    expect(await place.stockSays(commit, list)).toBe(expected.length === 0)
  })

  it('by a key for another purpose are untrusted', async () => {
    const list = `${lineOf(operator)}\n${lineOf(engine).replace('"git"', '"file"')}`
    await place.found(operator, { 'policy/allowed_signers': list })
    const commit = await place.commit(engine, { 'state.json': '{"a":1}' })
    expect((await place.findings()).at(commit)).toEqual(['signature/untrusted'])
    expect(await place.stockSays(commit, list)).toBe(false)
  })

  it('let each write what is theirs, and nothing else', async () => {
    await place.found()
    const wrong = [
      await place.commit(engine, { 'config.json': '1', 'rounds/0/seed.json': '1' }),
      await place.commit(operator, { 'rounds/0/seed.json': '2', 'leader.json': '[1]' }),
      await place.commit(engine, { 'rounds/0/source_audit.json': '1' }),
      await place.commit(operator, { 'state.json': null, 'interventions/0001.json': 'no act', 'rounds/0/x': '1' }),
    ]
    const { at, findings } = await place.findings()
    expect(wrong.map(at)).toEqual([
      ['signature/path config.json'],
      ['signature/path leader.json', 'signature/path rounds/0/seed.json'],
      ['signature/path rounds/0/source_audit.json'],
      ['signature/path rounds/0/x'],
    ])
    expect(findings[0]?.message).toBe('engine@x may not write config.json: policy/paths.json does not allow it.')
  })

  it('under another name than the signer’s make a warning', async () => {
    await place.found()
    const commit = await place.commit(as('operator@x', key(1)), { 'state.json': '1' })
    const { at, findings } = await place.findings()
    expect(at(commit)).toEqual(['signature/identity'])
    expect(findings[0]).toMatchObject({ severity: 'warning', message: expect.stringContaining('N <operator@x>') })
  })

  it('are not demanded where there is no list, which is noted once', async () => {
    await place.found(as('a@x'), {})
    const commit = await place.commit(as('b@x'), { 'config.json': '1' })
    const { findings, at, counts } = await place.findings()
    expect(at(commit)).toEqual(['signature/none'])
    expect(findings.map(({ severity }) => severity)).toEqual(['note'])
    expect(counts).toEqual({ trust: 'none', founded: null, demanded: 0, trusted: 0 })
  })

  it('are demanded from the commit on that brings a list', async () => {
    await place.found(as('a@x'), {})
    await place.commit(as('b@x'), { 'config.json': '1' })
    const commit = await place.commit(operator, { 'policy/allowed_signers': SIGNERS })
    const unsigned = await place.commit(as('b@x'), { 'config.json': '2' })
    const { findings, at, counts } = await place.findings()
    expect(at(unsigned)).toEqual(['signature/missing'])
    expect(findings).toHaveLength(1)
    expect(counts).toEqual({ trust: 'first-use', founded: commit, demanded: 2, trusted: 1 })
  })

  it('of the founder have to be on the founder’s own list', async () => {
    const commit = await place.found(stranger)
    expect((await place.findings()).at(commit)).toEqual(['signature/untrusted'])
  })

  describe('and the policy', () => {
    const another = as('engine@x', key(4))

    it('may be changed by whoever may, for the commits after', async () => {
      await place.found()
      const list = `${lineOf(operator)}\n${lineOf(another)}`
      const change = await place.commit(operator, { 'policy/allowed_signers': list })
      const old = await place.commit(engine, { 'state.json': '1' })
      const now = await place.commit(another, { 'state.json': '2' })
      const { at, findings } = await place.findings()
      expect(at(change)).toEqual(['signature/policy-changed policy/allowed_signers'])
      expect(findings[0]).toMatchObject({
        severity: 'note',
        message: expect.stringContaining('a key of engine@x was added, a key of engine@x was removed'),
      })
      expect(at(old)).toEqual(['signature/untrusted'])
      expect(at(now)).toEqual([])
    })

    it('lets nobody in who lets himself in', async () => {
      await place.found()
      const list = `${SIGNERS}\n${lineOf(another)}`
      const signed = await place.commit(another, { 'policy/allowed_signers': list })
      const later = await place.commit(another, { 'state.json': '1' })
      const unsigned = await place.commit(as('operator@x'), {
        'policy/allowed_signers': `${list}\n`,
        'policy/paths.json': '{"identities": []}',
      })
      const byEngine = await place.commit(engine, { 'policy/paths.json': PERMISSIONS.replace('state.json', '**') })
      const honest = await place.commit(engine, { 'state.json': '2' })
      const { at } = await place.findings()
      expect(at(signed)).toEqual(['signature/untrusted', 'signature/policy-refused policy/allowed_signers'])
      expect(at(later)).toEqual(['signature/untrusted'])
      expect(at(unsigned)[0]).toBe('signature/missing')
      expect(at(byEngine)).toEqual(['signature/path policy/paths.json', 'signature/policy-refused policy/paths.json'])
      expect(at(honest)).toEqual([])
    })

    it('stays in force when it is removed', async () => {
      await place.found()
      const gone = await place.commit(operator, { 'policy/allowed_signers': null, 'policy/paths.json': null })
      const unsigned = await place.commit(as('b@x'), { 'state.json': '1' })
      const wrong = await place.commit(engine, { 'config.json': '1' })
      const { at, findings } = await place.findings()
      expect(at(gone)).toEqual([
        'signature/policy-removed policy/allowed_signers',
        'signature/policy-removed policy/paths.json',
      ])
      expect(findings[0]?.severity).toBe('error')
      expect(at(unsigned)).toEqual(['signature/missing'])
      expect(at(wrong)).toEqual(['signature/path config.json'])
    })

    it.each([
      [
        'policy/allowed_signers',
        `${SIGNERS}\nx cert-authority ssh-ed25519 AAAA`,
        /line 3: certificate authorities are not supported/,
      ],
      ['policy/allowed_signers', `${SIGNERS}\nx ssh-rsa AAAA`, /line 3: .*"ssh-rsa"/],
      ['policy/allowed_signers', '# nobody', /names nobody/],
      [
        'policy/paths.json',
        '{"identities": [{"principal": "engine@x", "may_write": ["{a,b}"]}]}',
        /may_write\.0: found "\{a,b\}", expected a glob/,
      ],
      ['policy/paths.json', 'no JSON', /not JSON|JSON/],
      ['policy/paths.json', `${PERMISSIONS}${' '.repeat(2 ** 20)}`, /far too long/],
    ])('is found when it cannot be read: %s (%#)', async (path, content, words) => {
      await place.found()
      const commit = await place.commit(operator, { [path]: content })
      const { at, findings } = await place.findings()
      expect(at(commit)).toEqual([`signature/policy ${path}`, `signature/policy-changed ${path}`])
      expect(findings[0]).toMatchObject({ severity: 'error', message: expect.stringMatching(words) })
    })

    it('stays as it was where the new one cannot be read', async () => {
      await place.found()
      await place.commit(operator, { 'policy/paths.json': 'no JSON' })
      const fine = await place.commit(engine, { 'state.json': '1' })
      const wrong = await place.commit(engine, { 'config.json': '1' })
      const { at } = await place.findings()
      expect(at(fine)).toEqual([])
      expect(at(wrong)).toEqual(['signature/path config.json'])
    })

    it('that could never be read allows nothing', async () => {
      await place.found(operator, { 'policy/allowed_signers': SIGNERS, 'policy/paths.json': '[]' })
      const commit = await place.commit(engine, { 'state.json': '1' })
      expect((await place.findings()).at(commit)).toEqual(['signature/path state.json'])
    })

    it('without permissions lets whoever may sign write everything', async () => {
      await place.found(operator, { 'policy/allowed_signers': SIGNERS })
      await place.commit(engine, { 'config.json': '1' })
      expect((await place.findings()).findings).toEqual([])
    })
  })

  describe('by the auditor’s own list', () => {
    it('are held to that list from the first commit on', async () => {
      await place.found()
      const commit = await place.commit(engine, { 'state.json': '1' })
      const both = await place.findings({}, new AllowedSigners(SIGNERS))
      expect(both.findings).toEqual([])
      expect(both.counts).toMatchObject({ trust: 'pinned', trusted: 2 })
      const one = await place.findings({}, new AllowedSigners(lineOf(operator)))
      expect(one.at(commit)).toEqual(['signature/untrusted'])
    })

    it('are missed in a history that was made anew without any', async () => {
      const commit = await place.found(as('a@x'), {})
      const { at, findings } = await place.findings({}, new AllowedSigners(SIGNERS))
      expect(at(commit)).toEqual(['signature/missing'])
      expect(findings).toHaveLength(1)
    })

    it('come in by the options of verify', async () => {
      await place.found()
      await using history = await openHistory(place.gitdir)
      const { signatures } = await verify(history, { allowedSigners: new AllowedSigners(SIGNERS) })
      expect(signatures).toMatchObject({ trust: 'pinned', demanded: 1, trusted: 1 })
    })
  })

  it('are the same for a walk that goes on later, with what was known or without', async () => {
    await place.found()
    await place.commit(operator, { 'policy/allowed_signers': null })
    const middle = await place.commit(as('b@x'), { 'state.json': '1' })
    const wrong = await place.commit(engine, { 'config.json': '1' })
    const whole = await place.findings()
    await using history = await openHistory(place.gitdir)
    await git(place.gitdir, 'update-ref', 'refs/heads/main', middle)
    const { known } = await place.findings()
    await git(place.gitdir, 'update-ref', 'refs/heads/main', wrong)
    const check = new Signatures()
    const resumed = await verify(history, {
      since: middle,
      earlier: JSON.parse(JSON.stringify(known)),
      checks: [check],
    })
    expect(resumed.findings).toEqual(whole.findings)
    expect(check.counts).toEqual(whole.counts)
  })

  it('are demanded after a checkpoint when the list was there before', async () => {
    const root = await place.found()
    const unsigned = await place.commit(as('b@x'), { 'state.json': '1' })
    const wrong = await place.commit(engine, { 'config.json': '1' })
    const { at } = await place.findings({ since: root })
    expect(at(unsigned)).toEqual(['signature/missing'])
    expect(at(wrong)).toEqual(['signature/path config.json'])
  })
})

const PGP = '-----BEGIN PGP SIGNATURE-----\n\niHUEABYKAB0\n-----END PGP SIGNATURE-----\n'
