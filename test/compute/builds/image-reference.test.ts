import { describe, expect, it } from 'vitest'
import { formatProblem, imageNameOf, parseReference } from '../../../src/compute/builds/image-reference.ts'
import fc from '../../support/properties.ts'

const source = {
  repo: 'Kostik46/404-base.miner_mesh',
  commit: '928294eb6787f52ae292e21d3c1b8469d34dddb9',
  tag: '928294e-mesh-6',
  hotkey: '5F4HaNQJAXDhirU51GTz4vBvcEuUo3YSfhKuBT7qix35DkHP',
  round: 6,
}
const ORIGINAL = 'europe-west3-docker.pkg.dev/gen-456515/active-competition/{hotkey10}:{tag}'

describe('the name of an image', () => {
  it('is that of the original: ten characters of the hotkey, the tag, all in lower case', () => {
    expect(imageNameOf(ORIGINAL, source)).toBe(
      'europe-west3-docker.pkg.dev/gen-456515/active-competition/5f4hanqjax:928294e-mesh-6',
    )
  })

  it('can be a place of the miner’s own', () => {
    const image = imageNameOf('ghcr.io/{repo}:{commit}', source)
    expect(image).toBe(`ghcr.io/kostik46/404-base.miner_mesh:${source.commit}`)
    expect(parseReference(image)).toEqual({
      registry: 'ghcr.io',
      name: 'kostik46/404-base.miner_mesh',
      tag: source.commit,
    })
  })

  it.each([
    ['r.test:5000/a/b:c', { registry: 'r.test:5000', name: 'a/b', tag: 'c' }],
    ['localhost/a:c', { registry: 'localhost', name: 'a', tag: 'c' }],
    ['docker.io/library/a:c', { registry: 'docker.io', name: 'library/a', tag: 'c' }],
    ['library/a:c', undefined],
    ['r.test/a', undefined],
    ['r.test/../a:c', undefined],
    ['r.test/a/..:c', undefined],
    ['r.test/a..b/c:d', undefined],
    ['r.test/A:c', undefined],
    ['user@r.test/a:c', undefined],
    ['r.test/a:c@sha256:d', undefined],
    ['r.test/a:c?x', undefined],
    ['https://r.test/a:c', undefined],
    [`r.test/${'a'.repeat(600)}:c`, undefined],
  ])('%s is taken apart', (image, parts) => {
    expect(parseReference(image)).toEqual(parts)
  })

  it('never lets an entry choose the registry', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (repo, commit) => {
        const made = parseReference(imageNameOf('r.test/{repo}:{commit}', { ...source, repo, commit }))
        expect([undefined, 'r.test']).toContain(made?.registry)
        const { pathname } = new URL(`https://r.test/v2/${made?.name ?? 'x'}/manifests/${made?.tag ?? 'x'}`)
        expect(pathname).toBe(`/v2/${made?.name ?? 'x'}/manifests/${made?.tag ?? 'x'}`)
      }),
    )
  })
})

describe('a format', () => {
  it.each([ORIGINAL, 'ghcr.io/{repo}:{commit}', 'localhost:5000/{hotkey10}:{commit}'])('can be %s', (format) => {
    expect(formatProblem(format)).toBeUndefined()
  })

  it.each([
    ['r.test/{hotkey}:{tag}', /no field \{hotkey\}/],
    ['r.test/{constructor}:{tag}', /no field \{constructor\}/],
    ['r.test/images:{tag}', /tell entries apart/],
    ['r.test/{hotkey10}:latest', /tell entries apart/],
    ['{repo}/{hotkey10}:{tag}', /cannot depend/],
    ['images/{hotkey10}:{tag}', /host of the registry/],
    ['r.test/Images {hotkey10}:{tag}', /host of the registry/],
  ])('cannot be %s', (format, problem) => {
    expect(formatProblem(format)).toMatch(problem)
  })
})
