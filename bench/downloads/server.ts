/** A miner's host: `/N` is a file of its own of so many bytes. Prints its port; ends with its standard input. */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const size = Number(process.argv[2])
const body = randomBytes(size)
const server = createServer(({ url = '' }, response) => {
  const head = Buffer.from(url.padEnd(32))
  response.writeHead(200, { 'content-length': size })
  response.write(head)
  response.end(body.subarray(head.length))
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
process.stdin.resume().on('end', () => process.exit())
