import { Command } from 'commander'
import { type KeyEntry, takeInventory, type WalletEntry } from '../wallet/inventory.ts'
import { walletRoot } from '../wallet/wallet-files.ts'
import { print, printJson, table } from './output.ts'
import { type WalletOptions, withWalletPath } from './wallet-options.ts'

export const walletListCommand = withWalletPath(new Command('list'))
  .summary('show the wallets of a folder')
  .description(
    'Shows wallets, their addresses, and what is wrong with their files. Asks for no password, changes nothing.',
  )
  .option('--json', 'print as JSON')
  .addHelpText('after', '\nExample:\n  $ roundkeeper wallet list --wallet.path ~/.bittensor/wallets\n')
  .action(async ({ 'wallet.path': path, json }: WalletOptions & { json?: boolean }) => {
    const root = walletRoot(path)
    const wallets = await takeInventory(root)
    if (json) return printJson({ path: root, wallets: wallets.map(asJson) })
    if (wallets.length === 0) return print(`There are no wallets in ${root}. Make one: roundkeeper wallet new`)
    print(table(['wallet', 'key', 'address', 'kept'], wallets.flatMap(rowsOf)))
    for (const { file, problem, remedy } of wallets.flatMap(({ problems }) => problems)) {
      print(`\nproblem  ${file}\n         ${problem}\n  do     ${remedy}`)
    }
  })

const rowsOf = ({ name, coldkey, hotkeys }: WalletEntry) => [
  [name, 'coldkey', ...cells(coldkey)],
  ...hotkeys.map((hotkey) => ['', `hotkey ${hotkey.name}`, ...cells(hotkey)]),
]

const cells = (key: KeyEntry | null) => (key === null ? ['-', 'none'] : [key.address ?? '?', SHOWN[key.kept]])

const SHOWN = {
  encrypted: 'encrypted',
  plain: 'in plain text',
  'public-only': 'public half only',
  unknown: 'see below',
} as const

const asJson = ({ name, coldkey, hotkeys, problems }: WalletEntry) => ({
  name,
  coldkey: coldkey && { address: coldkey.address, kept: coldkey.kept },
  hotkeys,
  problems,
})
