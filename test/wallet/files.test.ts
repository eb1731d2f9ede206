import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeInventory } from '../../src/wallet/inventory.ts'
import { generateKey, recoverKey } from '../../src/wallet/new-key.ts'
import { openKey, readAddress } from '../../src/wallet/open-key.ts'
import { bittensorVariable, PASSWORD_VARIABLE, passwordFromEnvironment } from '../../src/wallet/password.ts'
import { MAX_KEY_FILE_BYTES } from '../../src/wallet/read-file.ts'
import { storeKeys } from '../../src/wallet/store-key.ts'
import { coldkeyFiles, hotkeyFiles, walletRoot } from '../../src/wallet/wallet-files.ts'
import { writeFiles } from '../../src/wallet/write-files.ts'
import { ADDRESS, ALICE, fixture, MNEMONIC, PASSWORD } from './support.ts'

const windows = process.platform === 'win32'
const plainly = { password: undefined, overwrite: false }
const nobody = () => Promise.reject(new Error('nobody is to be asked'))
const modeOf = async (path: string) => (await stat(path)).mode & 0o777

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roundkeeper-wallets-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** A file at a path below the wallets, readable by its owner only. */
async function put(path: string, content: Uint8Array | string, mode = 0o600): Promise<string> {
  const file = join(root, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, content)
  await chmod(file, mode)
  return file
}

describe('names', () => {
  it('lead to the files of Bittensor, and nowhere else', () => {
    expect(coldkeyFiles('/r', 'w')).toMatchObject({ privateFile: '/r/w/coldkey', publicFile: '/r/w/coldkeypub.txt' })
    expect(hotkeyFiles('/r', 'w', 'h 1')).toMatchObject({
      privateFile: '/r/w/hotkeys/h 1',
      publicFile: '/r/w/hotkeys/h 1pub.txt',
    })
    for (const name of ['', '.', '..', '../w', 'a/b', 'a\\b', '.w', 'a\nb', 'a\u0000', ' a', 'a'.repeat(129)]) {
      expect(() => coldkeyFiles('/r', name), name).toThrow('name of a wallet')
      expect(() => hotkeyFiles('/r', 'w', name), name).toThrow('name of a hotkey')
    }
    expect(() => hotkeyFiles('/r', 'w', 'h1pub.txt')).toThrow('name of a hotkey')
    expect(walletRoot()).toBe(join(homedir(), '.bittensor', 'wallets'))
    expect(walletRoot('~/w')).toBe(join(homedir(), 'w'))
    expect(walletRoot('~w')).toBe(join(process.cwd(), '~w'))
  })
})

describe('storing keys', () => {
  it('puts both halves where they belong, for their owner only, and they open again', async () => {
    const [cold, hot] = [coldkeyFiles(join(root, 'new'), 'w'), hotkeyFiles(join(root, 'new'), 'w', 'h1')]
    const keys = [cold, hot].map((files) => ({ files, key: generateKey(12) }))
    await storeKeys(keys, plainly)
    for (const { key, files } of keys) {
      expect((await openKey(files.privateFile, nobody)).keypair.address).toBe(key.keypair.address)
      expect(await readAddress(files.publicFile)).toBe(key.keypair.address)
      if (!windows) expect([await modeOf(files.privateFile), await modeOf(files.publicFile)]).toEqual([0o600, 0o600])
    }
    if (!windows)
      for (const folder of ['new', 'new/w', 'new/w/hotkeys']) expect(await modeOf(join(root, folder))).toBe(0o700)
    expect(await readdir(join(root, 'new/w/hotkeys'))).toEqual(['h1', 'h1pub.txt'])
  })

  it('writes over nothing unless it is told to', async () => {
    const files = hotkeyFiles(root, 'w', 'h1')
    const first = recoverKey(MNEMONIC)
    await storeKeys([{ files, key: first }], plainly)
    const before = await readFile(files.privateFile)
    const second = { files, key: generateKey(12) }
    await expect(storeKeys([second], plainly)).rejects.toMatchObject({ code: 'usage', where: files.privateFile })
    expect(await readFile(files.privateFile)).toEqual(before)
    await rm(files.privateFile)
    await expect(storeKeys([second], plainly)).rejects.toMatchObject({ where: files.publicFile })
    await storeKeys([{ files, key: recoverKey(MNEMONIC) }], plainly)
    expect(await readFile(files.privateFile)).toEqual(before)
    await storeKeys([second], { ...plainly, overwrite: true })
    expect((await openKey(files.privateFile, nobody)).keypair.address).toBe(second.key.keypair.address)
  })

  it('replaces a link and not what it leads to', async () => {
    const files = hotkeyFiles(root, 'w', 'h1')
    const elsewhere = await put('elsewhere', 'precious')
    await mkdir(join(root, 'w/hotkeys'), { recursive: true })
    await symlink(elsewhere, files.privateFile)
    await expect(storeKeys([{ files, key: generateKey(12) }], plainly)).rejects.toMatchObject({ code: 'usage' })
    await storeKeys([{ files, key: generateKey(12) }], { ...plainly, overwrite: true })
    expect(await readFile(elsewhere, 'utf8')).toBe('precious')
  })

  it('leaves nothing behind when one of the files cannot be written', async () => {
    const content = Buffer.from('{}')
    await put('taken', 'x')
    const first = join(root, 'w/first')
    for (const path of [join(root, 'taken'), join(root, 'taken/below')]) {
      const writing = writeFiles(
        [
          { path: first, content },
          { path, content },
        ],
        () => false,
      )
      await expect(writing).rejects.toMatchObject({ code: 'usage' })
      expect(await readdir(join(root, 'w'))).toEqual([])
    }
    expect(await readFile(join(root, 'taken'), 'utf8')).toBe('x')
    expect((await readdir(root)).sort()).toEqual(['taken', 'w'])
  })
})

describe('opening a key', () => {
  it.skipIf(windows)('refuses one that others can read, with the command that closes it', async () => {
    for (const mode of [0o604, 0o640, 0o620, 0o601, 0o777]) {
      const file = await put("w/hotkeys/mine's", fixture('hotkey.mnemonic'), mode)
      const refusal = await openKey(file, nobody).catch((error) => error)
      expect(refusal).toMatchObject({ code: 'refused', where: file })
      const command = /^Run: (chmod 600 .*)\. If others/.exec(refusal.hint)?.[1] ?? ''
      expect(spawnSync('sh', ['-c', command]).status).toBe(0)
      expect((await openKey(file, nobody)).keypair.address).toBe(ADDRESS)
    }
  })

  it('asks for the password of an encrypted one, and wipes it', async () => {
    const file = await put('w/coldkey', fixture('coldkey.ansible-vault'))
    const password = Buffer.from(PASSWORD)
    const opened = await openKey(file, async (asked) => {
      expect(asked).toBe(file)
      return password
    })
    expect(opened).toMatchObject({ encryption: 'ansible-vault', keypair: { address: ADDRESS } })
    expect(password).toEqual(Buffer.alloc(PASSWORD.length))
    await expect(openKey(file, async () => Buffer.from('no'))).rejects.toMatchObject({ code: 'unauthorised' })
  })

  it('says what is there instead of one', async () => {
    await expect(openKey(join(root, 'w/coldkey'), nobody)).rejects.toMatchObject({ code: 'not-found' })
    const pub = await put('w/coldkey', fixture('coldkeypub.txt'))
    await expect(openKey(pub, nobody)).rejects.toThrow('only the public half')
    await expect(openKey(join(root, 'w'), nobody)).rejects.toThrow('not a file')
    const huge = await put('w/huge', '')
    await truncate(huge, 2 ** 40)
    await expect(openKey(huge, nobody)).rejects.toThrow('too long')
    await truncate(huge, MAX_KEY_FILE_BYTES)
    await expect(openKey(huge, nobody)).rejects.toThrow('neither JSON')
  })
})

describe('the inventory', () => {
  it('tells wallets, keys and addresses', async () => {
    await put('b/coldkey', fixture('coldkey.nacl'))
    await put('b/coldkeypub.txt', fixture('coldkeypub.txt'))
    await put('b/hotkeys/h2', fixture('hotkey.private-key'))
    await put('b/hotkeys/h1', fixture('hotkey.mnemonic'))
    await put('b/hotkeys/h1pub.txt', fixture('coldkeypub.txt'))
    await put('a/hotkeys/watchedpub.txt', fixture('coldkeypub.txt'))
    await put('.hidden/coldkey', 'x')
    await put('stray.txt', 'x')
    expect(await takeInventory(root)).toEqual([
      { name: 'a', coldkey: null, hotkeys: [{ name: 'watched', address: ADDRESS, kept: 'public-only' }], problems: [] },
      {
        name: 'b',
        coldkey: { name: 'coldkey', address: ADDRESS, kept: 'encrypted' },
        hotkeys: [
          { name: 'h1', address: ADDRESS, kept: 'plain' },
          { name: 'h2', address: ALICE, kept: 'plain' },
        ],
        problems: [],
      },
    ])
    await expect(takeInventory(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' })
  })

  it.skipIf(windows)('names every file that is wrong, stops at none, and quotes none', async () => {
    const { secretPhrase: _, ...other } = JSON.parse(fixture('hotkey.private-key').toString())
    await put('w/coldkeypub.txt', JSON.stringify({ ss58Address: ADDRESS, publicKey: other.publicKey }))
    await put('w/hotkeys/broken', `${MNEMONIC} {`)
    await put('w/hotkeys/contrary', fixture('hotkey.mnemonic'))
    await put('w/hotkeys/contrarypub.txt', JSON.stringify({ ss58Address: ALICE }))
    await mkdir(join(root, 'w/hotkeys/folder'))
    await truncate(await put('w/hotkeys/huge', ''), 2 ** 40)
    await symlink('loop', join(root, 'w/hotkeys/loop'))
    await put('w/hotkeys/loose', fixture('hotkey.mnemonic'), 0o644)
    await put('w/hotkeys/loosepub.txt', fixture('coldkeypub.txt'), 0o644)
    expect(spawnSync('mkfifo', [join(root, 'w/hotkeys/pipe')]).status).toBe(0)
    await symlink('/dev/zero', join(root, 'w/hotkeys/zero'))
    await symlink('gone', join(root, 'w/hotkeys/nowhere'))
    await put('w/hotkeys/apub.txtpub.txt', 'x')
    await put('x/hotkeys', 'no folder')
    await symlink(root, join(root, 'round'))

    const wallets = await takeInventory(root)
    expect(wallets.map(({ name }) => name)).toEqual(['round', 'w', 'x'])
    const [, w, x] = wallets
    expect(w?.hotkeys.map(({ name, kept }) => `${name} ${kept}`)).toEqual([
      'broken unknown',
      'contrary plain',
      'folder unknown',
      'huge unknown',
      'loop unknown',
      'loose unknown',
      'pipe unknown',
      'zero unknown',
    ])
    expect(w?.hotkeys.find(({ name }) => name === 'loose')?.address).toBe(ADDRESS)
    const files = w?.problems.map(({ file }) => file.slice(join(root, 'w').length + 1))
    expect(files).toEqual([
      'coldkeypub.txt',
      'hotkeys/broken',
      'hotkeys/contrarypub.txt',
      'hotkeys/folder',
      'hotkeys/huge',
      'hotkeys/loop',
      'hotkeys/loose',
      'hotkeys/nowhere',
      'hotkeys/pipe',
      'hotkeys/zero',
    ])
    expect(x?.problems).toMatchObject([{ file: join(root, 'x/hotkeys') }])
    for (const { problem, remedy } of w?.problems ?? []) expect([problem, remedy]).not.toContain('')
    expect(JSON.stringify(wallets)).not.toContain('bottom')
  })
})

describe('passwords from the environment', () => {
  const file = '/home/me/.bittensor/wallets/my-wallet/coldkey'

  it('are ours, or Bittensor’s for this file, and are taken out of it', () => {
    const theirs = 'BT_PW__HOME_ME__BITTENSOR_WALLETS_MY-WALLET_COLDKEY'
    expect(bittensorVariable(file)).toBe(theirs)
    const environment = { [PASSWORD_VARIABLE]: 'ours', PATH: '/bin' }
    expect(passwordFromEnvironment(file, environment)?.toString()).toBe('ours')
    expect(environment).toEqual({ PATH: '/bin' })
    expect(passwordFromEnvironment(file, environment)).toBeUndefined()
  })

  it('are read as Bittensor hides them', () => {
    const path = ['', 'tmp', 'wal', 'w', 'alice', 'coldkey'].join('/')
    const hidden = { BT_PW__TMP_WAL_W_ALICE_COLDKEY: 'Mpf7IyQoMCYpdG4=' }
    expect(passwordFromEnvironment(path, hidden)?.toString()).toBe('pässword$1')
  })
})
