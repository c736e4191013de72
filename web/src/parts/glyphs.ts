/** The interface icons on a 24 grid, 1.6 px line, round ends. Drawn for this project. */

export interface GlyphShape {
  tag: 'path' | 'circle' | 'rect'
  attributes: Readonly<Record<string, string>>
}

export const glyphs = {
  bell: [
    { tag: 'path', attributes: { d: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4' } },
  ],
  box: [
    { tag: 'path', attributes: { d: 'm12 3.8 7.5 3.7v9L12 20.2l-7.5-3.7v-9zM4.5 7.5 12 11.2l7.5-3.7M12 11.2v9' } },
  ],
  calendar: [
    { tag: 'rect', attributes: { x: '4', y: '5.5', width: '16', height: '14.5', rx: '1.5' } },
    { tag: 'path', attributes: { d: 'M4 10h16M8.5 3.8v3.4M15.5 3.8v3.4' } },
  ],
  cart: [
    { tag: 'path', attributes: { d: 'M3 4h2.2l2.3 11h10l2-8H6.2' } },
    { tag: 'circle', attributes: { cx: '9', cy: '19.2', r: '1.3' } },
    { tag: 'circle', attributes: { cx: '16.5', cy: '19.2', r: '1.3' } },
  ],
  chart: [
    { tag: 'path', attributes: { d: 'M4.5 4.5v15h15M8.5 15.5v-4M12.5 15.5V8M16.5 15.5v-6' } },
  ],
  check: [
    { tag: 'path', attributes: { d: 'm5 12.5 4.5 4.5L19 7.5' } },
  ],
  'check-circle': [
    { tag: 'circle', attributes: { cx: '12', cy: '12', r: '8.2' } },
    { tag: 'path', attributes: { d: 'm8.5 12.3 2.5 2.5 4.7-5' } },
  ],
  'chevron-down': [
    { tag: 'path', attributes: { d: 'm6 9.5 6 6 6-6' } },
  ],
  'chevron-left': [
    { tag: 'path', attributes: { d: 'm14.5 6-6 6 6 6' } },
  ],
  'chevron-right': [
    { tag: 'path', attributes: { d: 'm9.5 6 6 6-6 6' } },
  ],
  'chevron-up': [
    { tag: 'path', attributes: { d: 'm6 14.5 6-6 6 6' } },
  ],
  clock: [
    { tag: 'circle', attributes: { cx: '12', cy: '12', r: '8' } },
    { tag: 'path', attributes: { d: 'M12 7.5V12l3 2' } },
  ],
  close: [
    { tag: 'path', attributes: { d: 'm6 6 12 12M18 6 6 18' } },
  ],
  'cross-circle': [
    { tag: 'circle', attributes: { cx: '12', cy: '12', r: '8.2' } },
    { tag: 'path', attributes: { d: 'm9.3 9.3 5.4 5.4m0-5.4-5.4 5.4' } },
  ],
  document: [
    { tag: 'path', attributes: { d: 'M6 3.8h8l4.5 4.5v12H6zM14 3.8v4.5h4.5M9 12.5h6.5M9 16h4.5' } },
  ],
  edit: [
    { tag: 'path', attributes: { d: 'M4.5 19.5 5.5 15 15.8 4.7a1.5 1.5 0 0 1 2.1 0l1.4 1.4a1.5 1.5 0 0 1 0 2.1L9 18.5zM14 6.5l3.5 3.5' } },
  ],
  filter: [
    { tag: 'path', attributes: { d: 'M4 6h16M7 12h10M10 18h4' } },
  ],
  'fast-forward': [
    { tag: 'path', attributes: { d: 'M4.5 6.5v11l7.5-5.5zM12.5 6.5v11l7.5-5.5z' } },
  ],
  grid: [
    { tag: 'rect', attributes: { x: '4', y: '4', width: '6.5', height: '6.5', rx: '1.5' } },
    { tag: 'rect', attributes: { x: '13.5', y: '4', width: '6.5', height: '6.5', rx: '1.5' } },
    { tag: 'rect', attributes: { x: '4', y: '13.5', width: '6.5', height: '6.5', rx: '1.5' } },
    { tag: 'rect', attributes: { x: '13.5', y: '13.5', width: '6.5', height: '6.5', rx: '1.5' } },
  ],
  heart: [
    { tag: 'path', attributes: { d: 'M12 19.8 4.9 12.9a4.4 4.4 0 0 1 6.2-6.2l.9.9.9-.9a4.4 4.4 0 0 1 6.2 6.2z' } },
  ],
  home: [
    { tag: 'path', attributes: { d: 'M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z' } },
  ],
  history: [
    { tag: 'path', attributes: { d: 'M4.5 5v4.5H9M4.8 9.4A7.8 7.8 0 1 1 4.2 12M12 8v4.3l2.8 1.7' } },
  ],
  image: [
    { tag: 'rect', attributes: { x: '4', y: '5', width: '16', height: '14', rx: '1.5' } },
    { tag: 'circle', attributes: { cx: '9', cy: '10', r: '1.5' } },
    { tag: 'path', attributes: { d: 'm4.5 17 5-4 3.5 2.8 3-2.3 3.5 3' } },
  ],
  info: [
    { tag: 'circle', attributes: { cx: '12', cy: '12', r: '8.2' } },
    { tag: 'path', attributes: { d: 'M12 11.3v5M12 8v.1' } },
  ],
  jump: [
    { tag: 'path', attributes: { d: 'M5 6v12l8-6zM16 6v12M19.5 6v12' } },
  ],
  list: [
    { tag: 'path', attributes: { d: 'M8.5 6.5h11M8.5 12h11M8.5 17.5h11M4.5 6.5h.1M4.5 12h.1M4.5 17.5h.1' } },
  ],
  lock: [
    { tag: 'rect', attributes: { x: '5', y: '10.5', width: '14', height: '9.5', rx: '1.8' } },
    { tag: 'path', attributes: { d: 'M8.3 10.5V8a3.7 3.7 0 0 1 7.4 0v2.5' } },
  ],
  logout: [
    { tag: 'path', attributes: { d: 'M10 4.5H6A1.5 1.5 0 0 0 4.5 6v12A1.5 1.5 0 0 0 6 19.5h4M15 8l4 4-4 4M19 12H9.5' } },
  ],
  message: [
    { tag: 'path', attributes: { d: 'M4 5.5h16v11h-8l-4.5 3.5v-3.5H4zM8 9.5h8M8 12.7h5' } },
  ],
  minus: [
    { tag: 'path', attributes: { d: 'M5 12h14' } },
  ],
  offline: [
    { tag: 'path', attributes: { d: 'M4 4.5 20 20M5 10a11 11 0 0 1 3.5-2.3M12 6.7c2.8 0 5.2 1.2 7 3.3M8 13.5a6 6 0 0 1 2.6-1.5M12 18.5v.1' } },
  ],
  pause: [
    { tag: 'path', attributes: { d: 'M8.5 5.5v13M15.5 5.5v13' } },
  ],
  pin: [
    { tag: 'path', attributes: { d: 'M12 20.5s6.5-5.8 6.5-10.5a6.5 6.5 0 0 0-13 0c0 4.7 6.5 10.5 6.5 10.5z' } },
    { tag: 'circle', attributes: { cx: '12', cy: '10', r: '2.3' } },
  ],
  play: [
    { tag: 'path', attributes: { d: 'M8 5.5v13l10.5-6.5z' } },
  ],
  plus: [
    { tag: 'path', attributes: { d: 'M12 5v14M5 12h14' } },
  ],
  refresh: [
    { tag: 'path', attributes: { d: 'M19 8.5A8 8 0 0 0 4.5 10M5 15.5A8 8 0 0 0 19.5 14M19.5 4.5v4.3h-4.3M4.5 19.5v-4.3h4.3' } },
  ],
  search: [
    { tag: 'circle', attributes: { cx: '11', cy: '11', r: '6.2' } },
    { tag: 'path', attributes: { d: 'm16 16 4 4' } },
  ],
  shield: [
    { tag: 'path', attributes: { d: 'M12 3.8 19 6.3v5.5c0 4.3-2.9 7-7 8.6-4.1-1.6-7-4.3-7-8.6V6.3z' } },
    { tag: 'path', attributes: { d: 'm9 12 2.2 2.2L15.2 10' } },
  ],
  store: [
    { tag: 'path', attributes: { d: 'M4.5 10v9.5h15V10M3.5 9 5.5 4.5h13L20.5 9c0 1.5-1.1 2.5-2.6 2.5S15 10.5 15 9c0 1.5-1.3 2.5-3 2.5S9 10.5 9 9c0 1.5-1.4 2.5-2.9 2.5S3.5 10.5 3.5 9zM9.5 19.5v-5h5v5' } },
  ],
  tag: [
    { tag: 'path', attributes: { d: 'M4 12V5a1 1 0 0 1 1-1h7l8 8-8 8zM8.3 8.3h.1' } },
  ],
  trash: [
    { tag: 'path', attributes: { d: 'M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10 10.5v5.5M14 10.5v5.5' } },
  ],
  truck: [
    { tag: 'path', attributes: { d: 'M3 6.5h10.5V16H3zM13.5 9.5h4L21 13v3h-7.5' } },
    { tag: 'circle', attributes: { cx: '7', cy: '17.3', r: '1.7' } },
    { tag: 'circle', attributes: { cx: '17', cy: '17.3', r: '1.7' } },
  ],
  undo: [
    { tag: 'path', attributes: { d: 'M8.5 5.5 4.5 9.5l4 4M4.5 9.5H14a5 5 0 0 1 0 10H9' } },
  ],
  user: [
    { tag: 'circle', attributes: { cx: '12', cy: '8', r: '3.8' } },
    { tag: 'path', attributes: { d: 'M4.5 20c.8-4 3.8-6 7.5-6s6.7 2 7.5 6' } },
  ],
  users: [
    { tag: 'circle', attributes: { cx: '9', cy: '8.5', r: '3.3' } },
    { tag: 'path', attributes: { d: 'M3 19.5c.6-3.5 3-5.3 6-5.3s5.4 1.8 6 5.3M15.5 5.5a3.3 3.3 0 0 1 0 6M17.5 14.5c2 .7 3.2 2.4 3.6 5' } },
  ],
  wallet: [
    { tag: 'path', attributes: { d: 'M4 7.5A1.5 1.5 0 0 1 5.5 6h12v3M4 7.5V18a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 18V10.5A1.5 1.5 0 0 0 18.5 9H5.5A1.5 1.5 0 0 1 4 7.5z' } },
    { tag: 'path', attributes: { d: 'M16 14.2h.1', 'stroke-width': '2.4' } },
  ],
  warning: [
    { tag: 'path', attributes: { d: 'M12 4.5 21 19.5H3z' } },
    { tag: 'path', attributes: { d: 'M12 10.5v4M12 17v.1' } },
  ],
} as const satisfies Record<string, readonly GlyphShape[]>

export type GlyphName = keyof typeof glyphs
