/** What `devchain` tells of its chain: lines for a person, or one JSON object a line. */
import { styleText } from 'node:util'
import type { LoggedExtrinsic } from '../chain/dev/logged-extrinsics.ts'
import type { NodeBlock } from '../chain/dev/substrate-node.ts'
import type { WellKnownAccount } from '../chain/dev/well-known.ts'
import { PROGRAM } from './copyable.ts'
import { print, StatusLine, table } from './output.ts'

export interface Beginning {
  readonly url: string
  readonly genesis: string
  readonly netuid: number
  /** Undefined where blocks come when they are asked for. */
  readonly blockMs: number | undefined
  readonly finalityLag: number
  readonly block: number
  /** Undefined where it is gone when it stops. */
  readonly folder: string | undefined
  readonly accounts: readonly WellKnownAccount[]
  /** Hotkeys that were registered for this run. */
  readonly registered: readonly string[]
}

export interface Report {
  begins(beginning: Beginning): void
  /** Blocks without extrinsics are many: a person is shown their number only. */
  block(block: NodeBlock, extrinsics: readonly LoggedExtrinsic[]): void
  left(first: number, count: number): void
  /** The head has a time that is still to come: no other block comes by itself before. */
  ahead(block: number, until: Date, now: Date): void
  ends(block: number): void
}

export class JsonReport implements Report {
  readonly #tell = (event: string, facts: object) => print(JSON.stringify({ event, ...facts }))

  begins({ blockMs, folder, ...rest }: Beginning): void {
    this.#tell('listening', { ...rest, blockMs: blockMs ?? null, folder: folder ?? null })
  }

  block({ number, hash }: NodeBlock, extrinsics: readonly LoggedExtrinsic[]): void {
    if (extrinsics.length > 0) this.#tell('block', { number, hash, extrinsics })
  }

  left(first: number, count: number): void {
    this.#tell('left', { first, count })
  }

  ahead(block: number, until: Date): void {
    this.#tell('ahead', { block, until: until.toISOString() })
  }

  ends(block: number): void {
    this.#tell('stopped', { block })
  }
}

export class HumanReport implements Report {
  readonly #line = new StatusLine()

  begins(beginning: Beginning): void {
    const { url, genesis, netuid, blockMs, finalityLag, block, folder, accounts, registered } = beginning
    const pace = blockMs === undefined ? 'when `dev_produceBlock` asks for one' : `every ${blockMs} ms`
    const final = finalityLag === 0 ? 'final at once' : `final ${finalityLag} later`
    print(`A dev chain listens on ${styleText('bold', url)}`)
    print(`  genesis  ${genesis}`)
    print(`  blocks   ${pace}, ${final}; now ${block}`)
    print(`  kept in  ${folder ?? 'memory: it is gone when it stops; see --persist'}`)
    print(`  subnet   ${netuid}`)
    const rows = accounts.map(({ name, address, role }) => [`  ${name}`, address, role])
    for (const address of registered) rows.push(['  yours', address, 'registered'])
    print(table(['  account', 'address', `on subnet ${netuid}`], rows))
    print(`\nKeys:   echo //Alice | ${PROGRAM} wallet regen hotkey --wallet.name alice`)
    print(`Use it: ${PROGRAM} miner list-all --subtensor.endpoint ${url} --netuid ${netuid}`)
    print('Ctrl-C stops it.\n')
  }

  block({ number, hash }: NodeBlock, extrinsics: readonly LoggedExtrinsic[]): void {
    this.#line.clear()
    for (const { call, who, error } of extrinsics) {
      const outcome = error === undefined ? styleText('green', 'done') : styleText('red', error)
      print(`${styleText('dim', `#${number} ${hash.slice(0, 10)}`)}  ${call}  by ${who}  ${outcome}`)
    }
    this.#line.show(`#${number}`)
  }

  left(first: number, count: number): void {
    this.#line.clear()
    print(styleText('yellow', `reorganised: ${count} block${count === 1 ? '' : 's'} left, from #${first} on`))
  }

  ahead(block: number, until: Date, now: Date): void {
    this.#line.clear()
    const seconds = Math.ceil((until.getTime() - now.getTime()) / 1000)
    const wait = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
    print(
      styleText(
        'yellow',
        `ahead: block ${block} is of ${until.toISOString()}; the next comes by itself after that, in ${wait}.`,
      ),
    )
    print('  Ask for more with dev_produceBlock, or run with --block-time manual and dev_setTime to jump far ahead.')
  }

  ends(block: number): void {
    this.#line.clear()
    print(`Stopped after block ${block}.`)
  }
}
