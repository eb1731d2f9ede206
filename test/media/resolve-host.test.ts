import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { resolveHost } from '../../src/media/public-address.ts'

const [A, NO_SUCH_NAME] = [1, 3]

/** Answers `good.*` by an address, lets `silent.*` wait until it is told, and knows no others. */
async function nameServer() {
  const socket = createSocket('udp4')
  const waiting: (() => void)[] = []
  const answer = (question: Buffer, from: RemoteInfo) => {
    const { name, type, end } = read(question)
    const has = name.startsWith('good.') && type === A
    const head = Buffer.from(question.subarray(0, end))
    head.writeUInt16BE(0x8180 + (name.startsWith('good.') ? 0 : NO_SUCH_NAME), 2)
    head.writeUInt16BE(has ? 1 : 0, 6)
    head.writeUInt32BE(0, 8)
    const address = Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 0, 0, 4, 8, 8, 8, 8])
    socket.send(has ? Buffer.concat([head, address]) : head, from.port, from.address)
  }
  socket.on('message', (question, from) => {
    if (read(question).name.startsWith('silent')) waiting.push(() => answer(question, from))
    else answer(question, from)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    servers: [`127.0.0.1:${(socket.address() as AddressInfo).port}`],
    waiting,
    close: () => socket.close(),
  }
}

function read(question: Buffer) {
  let at = 12
  let name = ''
  for (let length = question[at]!; length > 0; length = question[at]!) {
    name += `${question.subarray(at + 1, at + 1 + length)}.`
    at += 1 + length
  }
  return { name, type: question.readUInt16BE(at + 1), end: at + 5 }
}

describe('a name', () => {
  it('is not held up by others that are never answered for', async () => {
    const { servers, waiting, close } = await nameServer()
    try {
      const silent = Array.from({ length: 12 }, (_, at) => resolveHost(`silent${at}.test.example`, servers))
      while (waiting.length < 24) await new Promise(setImmediate)
      expect(await resolveHost('good.example', servers)).toEqual(['8.8.8.8'])
      for (const answer of waiting) answer()
      for (const each of silent) await expect(each).rejects.toMatchObject({ code: 'ENOTFOUND' })
    } finally {
      close()
    }
  })

  it('that means this machine is asked of nobody', async () => {
    for (const name of ['localhost', 'a.localhost', 'LOCALHOST.']) {
      expect(await resolveHost(name, ['127.0.0.1:9'])).toEqual(['127.0.0.1', '::1'])
    }
  })
})
