import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { isPlainPrincipal, signerLine } from '../signing/allowed-signers-line.ts'
import { writeKeyFiles } from '../signing/key-file.ts'
import { PrivateKey } from '../signing/private-key.ts'
import { fingerprintOf, formatPublicKey } from '../signing/public-key.ts'
import { print, printJson } from './output.ts'

interface Options {
  out: string
  name: string
  json?: boolean
}

export const keygenCommand = new Command('keygen')
  .summary('make a key that signs commits')
  .description(
    'Makes an ed25519 key as OpenSSH keeps it: a private file for your eyes only, and its public half beside it (.pub).\n' +
      'Nothing is ever written over. `init` makes the first keys of a competition by itself.',
  )
  .option('-o, --out <file>', 'where the private key goes', 'signing-key')
  .option('-n, --name <principal>', 'whose key it is, as policy/paths.json calls them', principal, 'engine')
  .option('--json', 'print what was made as JSON; the secret is not in it')
  .addHelpText(
    'after',
    '\nExamples:\n' +
      '  $ roundkeeper keygen --out my-competition/keys/engine-2 --name engine@my-competition\n' +
      '  $ roundkeeper keygen --out ~/.ssh/competition --name maria@example.com --json\n',
  )
  .action(async ({ out, name, json }: Options) => {
    const file = resolve(out)
    const key = PrivateKey.generate()
    await writeKeyFiles(file, key, name)
    const line = signerLine(name, key.publicKey)
    if (json) {
      return printJson({
        file,
        public_file: `${file}.pub`,
        principal: name,
        fingerprint: fingerprintOf(key.publicKey),
        public_key: formatPublicKey(key.publicKey, name),
        allowed_signers: line,
      })
    }
    print(`The key is in ${file}, for your eyes only; its public half is in ${file}.pub.`)
    print(`  ${fingerprintOf(key.publicKey)}`)
    print('\nThe line for policy/allowed_signers:')
    print(`  ${line}`)
    print('\nNext:')
    print('  1. Add the line in a clone of the competition, and commit it with a key that is on the list already:')
    print('     git -c gpg.format=ssh -c user.signingKey=PATH_OF_THAT_KEY -c user.email=ITS_PRINCIPAL commit -S -a')
    print(`  2. See that policy/paths.json lets ${name} write what it has to.`)
    print(
      '  3. Tell the engine: "signing_key" in roundkeeper.json, or ROUNDKEEPER_SIGNING_KEY_FILE, or the text of the',
    )
    print('     file in ROUNDKEEPER_SIGNING_KEY, e.g. from a secret of GitHub Actions.')
  })

function principal(text: string): string {
  if (isPlainPrincipal(text)) return text
  throw new InvalidArgumentError('expected a name or an address without blanks, quotes, commas or wildcards')
}
