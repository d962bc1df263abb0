import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Blue ink: dark enough for white text from shade 6 on, light enough on dark paper below shade 3. */
const ink: MantineColorsTuple = [
  '#eef2fb',
  '#dbe3f5',
  '#b5c5ea',
  '#8ba4de',
  '#6787d2',
  '#4a6cc3',
  '#3557ae',
  '#2a4791',
  '#223a77',
  '#1a2d5e',
];

/** The greys of dark paper, from text to ground. */
const dark: MantineColorsTuple = [
  '#e9edf4',
  '#c9d2df',
  '#aab5c5',
  '#75849a',
  '#3b495d',
  '#2c3747',
  '#1f2835',
  '#171e29',
  '#10151d',
  '#0c1016',
];

const system =
  '"Pretendard Variable", Pretendard, -apple-system, BlinkMacSystemFont, "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic", "Segoe UI", Roboto, sans-serif';
const monospace =
  '"SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, D2Coding, "DejaVu Sans Mono", monospace';

export const theme = createTheme({
  colors: { ink, dark },
  primaryColor: 'ink',
  primaryShade: { light: 6, dark: 6 },
  fontFamily: system,
  fontFamilyMonospace: monospace,
  headings: { fontFamily: system, fontWeight: '700' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
});
