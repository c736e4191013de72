/** Provinces in the groups that sellers know, and names of chosen regions. Pure. */
export interface Region { code: string; name: string }

export const GROUPS = {
  east: ['31', '32', '33', '34', '35', '36', '37'],
  north: ['11', '12', '13', '14', '15'],
  middle: ['41', '42', '43'],
  south: ['44', '45', '46'],
  northeast: ['21', '22', '23'],
  northwest: ['61', '62', '63', '64', '65'],
  southwest: ['50', '51', '52', '53', '54'],
  outer: ['71', '81', '82'],
} as const
export type Group = keyof typeof GROUPS
export const GROUP_KEYS = Object.keys(GROUPS) as Group[]

const nameOfCode = (regions: readonly Region[], prefix: string): string => regions.find((region) => region.code === prefix.padEnd(6, '0'))?.name ?? prefix

/** Short names: 新疆维吾尔自治区 is what a form has no room for. */
export const shortName = (name: string): string => name.replace(/(维吾尔|壮族|回族)?自治区/u, '').replace(/特别行政区$|省$|市$/u, '')

export function namesOf(regions: readonly Region[], prefixes: readonly string[]): string[] {
  return prefixes.map((prefix) => shortName(nameOfCode(regions, prefix)))
}

export function citiesOf(regions: readonly Region[], province: string): Region[] {
  const name = nameOfCode(regions, province)
  return regions.filter((region) => region.code.startsWith(province) && !region.code.endsWith('0000')).map((region) => ({ code: region.code.slice(0, 4), name: region.name.slice(name.length) }))
}

/** Choosing a province takes its cities with it; choosing a city splits a chosen province off. */
export function toggled(chosen: readonly string[], prefix: string): string[] {
  if (chosen.includes(prefix)) return chosen.filter((one) => one !== prefix)
  const others = chosen.filter((one) => !one.startsWith(prefix) && !prefix.startsWith(one))
  return [...others, prefix].sort()
}

/** A whole group at once: all of it chosen means to drop it. */
export function groupToggled(chosen: readonly string[], provinces: readonly string[]): string[] {
  const others = chosen.filter((one) => !provinces.includes(one.slice(0, 2)))
  return provinces.every((province) => chosen.includes(province)) ? others : [...others, ...provinces].sort()
}
