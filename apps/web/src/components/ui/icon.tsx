/** The drawings of the dashboard: 24 × 24, drawn in the text's colour. */
const PATHS = {
  play: 'M8 5.5v13l10.5-6.5z',
  pause: 'M8 5.5v13M16 5.5v13',
  step: 'M6 6v12l8.5-6zM18 6v12',
  previous: 'M14.5 6l-6 6 6 6',
  next: 'M9.5 6l6 6-6 6',
  first: 'M17 6l-6 6 6 6M7 6v12',
  last: 'M7 6l6 6-6 6M17 6v12',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  blocked: 'M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM6 6l12 12',
  wait: 'M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM12 7.5V12l3 2',
  warning: 'M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.3',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  trash: 'M5 7h14M10 4h4M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5',
  download: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14',
  globe: 'M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM3.5 12h17M12 3.5c-5 5.5-5 11.5 0 17 5-5.5 5-11.5 0-17z',
  person: 'M12 4.5a3.6 3.6 0 100 7.2 3.6 3.6 0 000-7.2zM4.5 20c.8-4 3.6-6 7.5-6s6.7 2 7.5 6',
  node: 'M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.2M7.5 16h.2',
  pod: 'M12 3l7.8 4.5v9L12 21l-7.8-4.5v-9zM12 12l7.6-4.3M12 12v8.8M12 12L4.4 7.7',
  service: 'M5 12h5M10 12l5-5.5h4M10 12l5 5.5h4M10 12h9',
  cloud: 'M7 18.5a4.2 4.2 0 01-.4-8.4A5.8 5.8 0 0117.6 9a4.8 4.8 0 01-.6 9.5z',
  sun: 'M12 8a4 4 0 100 8 4 4 0 000-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M19.5 14.5A8 8 0 119.5 4.5a6.5 6.5 0 0010 10z',
  dots: 'M6 12h.2M12 12h.2M18 12h.2',
  arrow: 'M4 12h15M13.5 6.5L19 12l-5.5 5.5',
  down: 'M12 4v15M6.5 13.5L12 19l5.5-5.5',
  door: 'M6 20V4.5h12V20M4 20h16M14.5 12.5v.3',
  table: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14',
  picture: 'M5 6h5v5H5zM14 13h5v5h-5zM10 8.5h6.5V13',
  terminal: 'M4 5h16v14H4zM7.5 9.5l3 2.5-3 2.5M12.5 15h4',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  out: 'M14 5h5v14h-5M4 12h10M10.5 8.5L14 12l-3.5 3.5',
  hand: 'M7 12.5V6.2a1.5 1.5 0 013 0V11M10 11V4.6a1.5 1.5 0 013 0V11M13 11V5.8a1.5 1.5 0 013 0V12M16 9.5a1.5 1.5 0 013 0V14c0 4.2-2.6 6.5-6 6.5-3.2 0-4.6-1.6-6-4l-2.6-4.4a1.5 1.5 0 012.4-1.8L7 12.5',
  people:
    'M9 5a3.2 3.2 0 100 6.4A3.2 3.2 0 009 5zM2.5 19.5c.7-3.6 3-5.3 6.5-5.3s5.8 1.7 6.5 5.3M16 5.4a3.2 3.2 0 010 5.8M18 14.6c2 .7 3.1 2.3 3.5 4.9',
  message: 'M4 5.5h16v11H11l-4.5 3.8v-3.8H4zM8 9.5h8M8 12.8h5',
  eye: 'M2.5 12C5 7.6 8.2 5.5 12 5.5s7 2.1 9.5 6.5c-2.5 4.4-5.7 6.5-9.5 6.5S5 16.4 2.5 12zM12 9.2a2.8 2.8 0 100 5.6 2.8 2.8 0 000-5.6z',
  back: 'M9 6L4 11l5 5M4 11h10a6 6 0 016 6v1.5',
  cast: 'M4 17.5a3 3 0 013 3M4 12.5a8 8 0 018 8M4 7V5h16v14h-4M4 20.3v.2',
  upload: 'M12 16V5M7.5 9.5L12 5l4.5 4.5M5 20h14',
  book: 'M5 4.5h10a4 4 0 014 4v11H9a4 4 0 01-4-4zM5 15.5a4 4 0 014-4h10',
} as const;
export type IconName = keyof typeof PATHS;

const FILLED: ReadonlySet<IconName> = new Set(['play', 'step']);

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={FILLED.has(name) ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
      focusable="false"
      style={{ flex: 'none' }}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
