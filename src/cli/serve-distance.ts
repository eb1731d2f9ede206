import { Command, InvalidArgumentError, Option } from 'commander'
import { type HostAddress, HttpDownloader } from '../media/http-downloader.ts'
import { distanceService } from '../services/distance-service.ts'
import { addDistanceOptions, type DistanceOptions, distanceSettingsOf, networkCache } from './distance-options.ts'
import { wholeNumber } from './media-options.ts'
import { operatorDistance } from './operator-media.ts'
import { type ServeOptions, serve, serviceOptions, withServe } from './serve-options.ts'

interface Options extends ServeOptions, DistanceOptions {
  readonly downloadTimeout: number
  readonly map?: Readonly<Record<string, HostAddress>>
}

export const serveDistanceCommand = addDistanceOptions(withServe(new Command('serve-distance'), 8001))
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
    '\nExamples:\n  $ roundkeeper serve-distance\n  $ roundkeeper serve-distance --model dinov3-vits16.onnx\n' +
      '  $ curl -F image_a=@a.png -F image_b=@b.png http://127.0.0.1:8001/distance\n',
  )
  .action(async (options: Options) => {
    const places = { root: process.cwd(), cacheDir: networkCache() }
    await using measuring = operatorDistance(await distanceSettingsOf(options), places)
    // Whoever starts it hears what is wrong, and not the first client.
    await measuring.prepare()
    const service = distanceService({
      ...serviceOptions(options),
      distance: measuring.distance,
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
