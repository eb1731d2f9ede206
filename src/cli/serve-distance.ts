import { Command, InvalidArgumentError, Option } from 'commander'
import { ClassicalDistance } from '../media/classical-distance.ts'
import { type HostAddress, HttpDownloader } from '../media/http-downloader.ts'
import { distanceService } from '../services/distance-service.ts'
import { wholeNumber } from './media-options.ts'
import { type ServeOptions, serve, serviceOptions, withServe } from './serve-options.ts'

interface Options extends ServeOptions {
  readonly downloadTimeout: number
  readonly map?: Readonly<Record<string, HostAddress>>
}

export const serveDistanceCommand = withServe(new Command('serve-distance'), 8001)
  .summary('measure for others how far two pictures are apart, over HTTP')
  .description(
    'POST /distance takes {"url_a", "url_b"}, as 404-GEN’s image-distance service did, or a form with image_a and image_b, and\n' +
      'answers {"distance", "error"}. GET /health, /ready and /metrics. Ends in good order at SIGTERM or Ctrl-C.',
  )
  .addOption(
    new Option('--download-timeout <seconds>', 'for each picture').default(30).argParser(wholeNumber(1, 3_600)),
  )
  .addOption(
    new Option(
      '--map <name=address:port>',
      'a host that is at this address: the only way to one that is not public; repeatable',
    ).argParser(mapped),
  )
  .addHelpText(
    'after',
    '\nExamples:\n  $ roundkeeper serve-distance\n' +
      '  $ curl -F image_a=@a.png -F image_b=@b.png http://127.0.0.1:8001/distance\n',
  )
  .action(async (options: Options) => {
    const service = distanceService({
      ...serviceOptions(options),
      distance: new ClassicalDistance(),
      downloader: new HttpDownloader({ hosts: options.map ?? {} }),
      downloadTimeoutMs: options.downloadTimeout * 1000,
    })
    await serve(service, options)
  })

function mapped(text: string, before: Readonly<Record<string, HostAddress>> = {}): Record<string, HostAddress> {
  const [, name, address, port] = /^([\w.-]+)=\[?([\w.:]+?)\]?:(\d{1,5})$/.exec(text) ?? []
  if (name === undefined || address === undefined || !(Number(port) < 65_536)) {
    throw new InvalidArgumentError('expected a name, an address and a port, such as store.test=127.0.0.1:9000')
  }
  return { ...before, [name]: { address, port: Number(port) } }
}
