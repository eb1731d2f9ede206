import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roundkeeperWith } from '../support/in-process-cli.ts'
import { atTerminal, pythonIsMissing } from '../support/terminal.ts'
import { ADDRESS, ALICE, fixturePath, MNEMONIC, PASSWORD, SECRETS, SEED } from '../wallet/support.ts'

const WORD = 'a password of the tests'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'roundkeeper-wallet-cli-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** The options for a wallet of these tests. */
const of = (wallet: string, hotkey = 'h1') =>
  ['--wallet.path', root, '--wallet.name', wallet, '--wallet.hotkey', hotkey] as const
const wallet = (...args: string[]) => roundkeeperWith({}, 'wallet', ...args)
const walletWith = (env: Record<string, string>, ...args: string[]) => roundkeeperWith({ env }, 'wallet', ...args)
const regen = (input: string, ...args: string[]) => roundkeeperWith({ input }, 'wallet', 'regen', ...args)

/** A wallet whose coldkey some old tool encrypted: quick to open. */
async function oldWallet(name: string): Promise<string> {
  const file = join(root, name, 'coldkey')
  await mkdir(join(root, name), { recursive: true })
  await copyFile(fixturePath('coldkey.ansible-vault'), file)
  await chmod(file, 0o600)
  return file
}

describe('wallets, at the command line', () => {
  it('are made, listed and opened, and JSON tells no secret', async () => {
    const made = await walletWith({ ROUNDKEEPER_WALLET_PASSWORD: WORD }, 'new', ...of('miner'), '--json')
    expect(made, made.stderr).toMatchObject({ code: 0 })
    const { coldkey, hotkey } = JSON.parse(made.stdout)
    expect(coldkey).toMatchObject({ file: join(root, 'miner/coldkey'), encrypted: true })
    expect(hotkey).toMatchObject({ file: join(root, 'miner/hotkeys/h1'), encrypted: false })
    expect((await readFile(coldkey.file, 'latin1')).slice(0, 5)).toBe('$NACL')
    const secrets = JSON.parse(await readFile(hotkey.file, 'utf8'))

    const more = await wallet('new', 'hotkey', ...of('miner', 'h2'), '--words', '24', '--json')
    expect(more, more.stderr).toMatchObject({ code: 0 })
    const listed = await wallet('list', '--wallet.path', root, '--json')
    expect(JSON.parse(listed.stdout)).toEqual({
      path: root,
      wallets: [
        {
          name: 'miner',
          coldkey: { address: coldkey.address, kept: 'encrypted' },
          hotkeys: [
            { name: 'h1', address: hotkey.address, kept: 'plain' },
            { name: 'h2', address: JSON.parse(more.stdout).hotkey.address, kept: 'plain' },
          ],
          problems: [],
        },
      ],
    })
    const everything = [made, more, listed].map(({ stdout, stderr }) => stdout + stderr).join()
    for (const name of ['secretPhrase', 'secretSeed', 'privateKey']) expect(everything).not.toContain(secrets[name])
    expect(everything).not.toContain(WORD)
  })

  it('name their variables as Bittensor does, and are shown as a table', async () => {
    const env = { BT_WALLET_PATH: root, BT_WALLET_NAME: 'plain', BT_WALLET_HOTKEY: 'h9' }
    const made = await walletWith(env, 'new', '--no-password')
    expect(made, made.stderr).toMatchObject({ code: 0 })
    expect(made.stdout).toContain('The mnemonics were not shown')
    expect(await readdir(join(root, 'plain/hotkeys'))).toEqual(['h9', 'h9pub.txt'])
    const { stdout } = await walletWith(env, 'list')
    expect(stdout).toMatch(/^plain +coldkey +5\w{47} +in plain text\n +hotkey h9 +5\w{47} +in plain text$/m)
  })

  it('show their mnemonics where a person asks for it, but never as JSON', async () => {
    const { stdout } = await wallet('new', 'hotkey', ...of('shown'), '--show-mnemonic')
    const { secretPhrase } = JSON.parse(await readFile(join(root, 'shown/hotkeys/h1'), 'utf8'))
    expect(stdout).toContain(secretPhrase)
    expect(stdout).toContain('not shown again')
    const both = await wallet('new', 'hotkey', ...of('shown', 'h2'), '--show-mnemonic', '--json')
    expect(both.code).toBe(2)
    await expect(stat(join(root, 'shown/hotkeys/h2'))).rejects.toThrow('ENOENT')
  })

  it('are made again from a mnemonic or a seed on standard input', async () => {
    const words = await regen(`${MNEMONIC}\n`, 'hotkey', ...of('again'), '--json')
    expect(JSON.parse(words.stdout)).toMatchObject({ hotkey: { address: ADDRESS } })
    const seed = await regen(`0x${SEED}`, 'hotkey', ...of('again'), '--overwrite')
    expect(seed.stdout).toContain(ADDRESS)
    const shown = await wallet('show', ...of('again'))
    expect(shown.stdout).toContain(ADDRESS)
    for (const { stdout, stderr } of [words, seed, shown]) {
      for (const secret of SECRETS) expect(stdout + stderr).not.toContain(secret)
    }
  })

  it('are made of a path below a mnemonic, and of the well-known keys of development', async () => {
    const alice = await regen('//Alice\n', 'hotkey', ...of('alice'), '--json')
    expect(JSON.parse(alice.stdout)).toMatchObject({ hotkey: { address: ALICE } })
    const content = JSON.parse(await readFile(join(root, 'alice/hotkeys/h1'), 'utf8'))
    // The words alone would be those of another key.
    expect(content).not.toHaveProperty('secretPhrase')
    expect(content).not.toHaveProperty('secretSeed')
    expect((await wallet('show', ...of('alice'))).stdout).toContain(ALICE)
    const password = await regen(`${MNEMONIC}//Alice///secret`, 'hotkey', ...of('other'))
    expect(password.stderr).toContain('WORDS//hard/soft')
    expect(password.stdout + password.stderr).not.toMatch(/bottom|secret\b/)
    await expect(stat(join(root, 'other'))).rejects.toThrow('ENOENT')
  })

  it('are not made of what is no mnemonic, and nobody is told what it was', async () => {
    for (const input of [MNEMONIC.replace('walk', 'wolk'), 'zzz '.repeat(4000)]) {
      const run = await regen(input, 'hotkey', ...of('wrong'), '--json')
      expect(run.code).toBe(1)
      expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'usage' } })
      expect(run.stdout + run.stderr).not.toMatch(/bottom|zzz/)
    }
    await expect(stat(join(root, 'wrong'))).rejects.toThrow('ENOENT')
  })

  it('are not written over unless told to', async () => {
    await wallet('new', 'hotkey', ...of('kept'))
    const before = await readFile(join(root, 'kept/hotkeys/h1'))
    const again = await wallet('new', 'hotkey', ...of('kept'))
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('is there already')
    expect(await readFile(join(root, 'kept/hotkeys/h1'))).toEqual(before)
  })

  it('need a password that somebody can give: without a terminal, by the environment', async () => {
    const made = await wallet('new', ...of('nobody'))
    expect(made.code).toBe(1)
    expect(made.stderr).toContain('ROUNDKEEPER_WALLET_PASSWORD')
    const short = await walletWith({ ROUNDKEEPER_WALLET_PASSWORD: 'short' }, 'new', ...of('nobody'))
    expect(short.code).toBe(1)
    expect(short.stderr).toContain('at least 8')
    await expect(stat(join(root, 'nobody'))).rejects.toThrow('ENOENT')
    await oldWallet('old')
    expect((await wallet('show', 'coldkey', ...of('old'))).stderr).toContain('no terminal')
    const wrong = await walletWith({ ROUNDKEEPER_WALLET_PASSWORD: 'wrong one' }, 'show', 'coldkey', ...of('old'))
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain('the password does not open this key file')
    expect(wrong.stderr).not.toContain('wrong one')
  })

  it.skipIf(process.platform === 'win32')('that others can read are listed as a problem, and not opened', async () => {
    await wallet('new', 'hotkey', ...of('loose'))
    const file = join(root, 'loose/hotkeys/h1')
    await chmod(file, 0o644)
    const listed = await wallet('list', '--wallet.path', root)
    expect(listed.code).toBe(0)
    expect(listed.stdout).toContain(`chmod 600 ${file}`)
    const shown = await wallet('show', ...of('loose'))
    expect(shown.code).toBe(1)
    expect(shown.stderr).toContain(`chmod 600 ${file}`)
  })

  it('need names that lead nowhere else', async () => {
    expect((await wallet('new', ...of('../x'))).code).toBe(1)
    expect((await wallet('new', ...of('x'), '--words', '13')).code).toBe(2)
  })

  it('that are not there are no crash', async () => {
    expect((await wallet('list', '--wallet.path', join(root, 'nowhere'))).stderr).toContain('wallet new')
    expect((await wallet('show', ...of('nowhere'))).stderr).toContain('wallet list')
  })
})

describe.skipIf(process.platform === 'win32' || pythonIsMissing())('wallets, at a terminal', () => {
  it('are made with a password that is typed twice and not seen, and a mnemonic that is', async () => {
    const questions = [
      [`New password for ${join(root, 'typed/coldkey')}: `, `${WORD}\r`],
      ['The same again: ', `${WORD}\r`],
    ] as const
    const { code, screen } = await atTerminal(questions, 'wallet', 'new', 'coldkey', ...of('typed'))
    expect(code, screen).toBe(0)
    expect(screen).not.toContain(WORD)
    expect(screen).toMatch(/^ {2}coldkey\n {4}([a-z]+ ){11}[a-z]+$/m)
    expect((await readFile(join(root, 'typed/coldkey'), 'latin1')).slice(0, 5)).toBe('$NACL')
  })

  it('are not made when the two passwords differ, or when it is stopped', async () => {
    const first = `New password for ${join(root, 'two/coldkey')}: `
    const typed = [
      [first, 'one password\r'],
      ['The same again: ', 'two passwords\r'],
    ] as const
    const two = await atTerminal(typed, 'wallet', 'new', ...of('two'))
    expect(two.code).toBe(1)
    expect(two.screen).toContain('two different passwords')
    const stopped = await atTerminal([[first, '\x03']], 'wallet', 'new', ...of('two'))
    expect(stopped.code).toBe(1)
    expect(stopped.screen).toContain('nothing was done')
    await expect(stat(join(root, 'two'))).rejects.toThrow('ENOENT')
  })

  it('are opened with a password, and made again from a mnemonic, which nobody sees', async () => {
    const file = await oldWallet('legacy')
    // A typing error is taken back before the end of the line.
    const opened = await atTerminal(
      [[`Password of ${file}: `, `${PASSWORD}x\x7f\r`]],
      'wallet',
      'show',
      'coldkey',
      ...of('legacy'),
    )
    expect(opened.code, opened.screen).toBe(0)
    expect(opened.screen).toContain(ADDRESS)
    const made = await atTerminal(
      [['Mnemonic of the hotkey: ', `${MNEMONIC}\r`]],
      'wallet',
      'regen',
      'hotkey',
      ...of('legacy'),
    )
    expect(made.code, made.screen).toBe(0)
    expect(made.screen).toContain(ADDRESS)
    for (const secret of SECRETS) expect(opened.screen + made.screen).not.toContain(secret)
  })
})
