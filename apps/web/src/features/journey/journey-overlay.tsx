'use client';
import type { HopLocation } from '@podlab/contracts';
import { useEffect, useRef } from 'react';
import { pointAlong, roundedPath, wayBetween, type Box, type Point } from '../../lib/geometry';
import { destinationText, type Frame } from './frames';
import styles from './journey-overlay.module.css';

export interface HopPlace {
  id: string;
  box: Box;
  anchor: Point;
  toRoot: readonly Point[];
}

interface JourneyOverlayProps {
  frames: readonly Frame[];
  index: number;
  locate: (where: HopLocation) => HopPlace | null;
  /** Whether the page moves along with the packet. */
  following: boolean;
}

const TRAVEL_MS = 900;
const REPLY_SHIFT = 7;

/** The way of a request over the picture: the wires it ran along, its hops by number, and the packet itself. */
export function JourneyOverlay({ frames, index, locate, following }: JourneyOverlayProps) {
  const places = frames.map((frame) => locate(frame.where));
  const frame = frames[index];
  const here = places[index];
  const legs = legsOf(frames, places);
  return (
    <div className={styles.overlay} aria-hidden>
      <svg className={styles.ways} width="100%" height="100%" focusable="false">
        {legs.map(({ to, direction, line }) => (
          <path
            key={to}
            d={roundedPath(line)}
            data-direction={direction}
            data-passed={to <= index}
            transform={direction === 'reply' ? `translate(${REPLY_SHIFT} ${REPLY_SHIFT})` : undefined}
          />
        ))}
      </svg>
      {numbersOf(frames, places, index)
        .filter(({ place }) => place.id !== here?.id || onCorner(place))
        .map(({ number, place, direction, passed }) => (
          <span
            key={number}
            className={styles.number}
            data-direction={direction}
            data-passed={passed}
            style={{ left: numberPoint(place).x, top: numberPoint(place).y }}
          >
            {number}
          </span>
        ))}
      {frame && here && (
        <Packet
          frame={frame}
          place={here}
          line={legs.find((leg) => leg.to === index)?.line ?? null}
          following={following}
        />
      )}
    </div>
  );
}

interface Leg {
  to: number;
  direction: Frame['direction'];
  line: Point[];
}

function legsOf(frames: readonly Frame[], places: readonly (HopPlace | null)[]): Leg[] {
  return frames.flatMap((frame, to) => {
    const from = places[to - 1];
    const place = places[to];
    if (!from || !place || from.id === place.id) return [];
    return [{ to, direction: frame.direction, line: wayBetween(from.toRoot, place.toRoot) }];
  });
}

/** Each place has the number of the hop that was last there up to now, or of the one that will be. */
function numbersOf(frames: readonly Frame[], places: readonly (HopPlace | null)[], index: number) {
  const shown = new Map<
    string,
    { number: number; place: HopPlace; direction: Frame['direction']; passed: boolean }
  >();
  for (const [at, place] of places.entries()) {
    if (!place || (at > index && shown.has(place.id))) continue;
    shown.set(place.id, { number: at + 1, place, direction: frames[at]!.direction, passed: at <= index });
  }
  return [...shown.values()];
}

/** A pod's number stands on its far corner, where the packet never is. */
const onCorner = ({ id }: HopPlace): boolean => id.startsWith('pod:') || id.startsWith('stack:');

const numberPoint = (place: HopPlace): Point =>
  !onCorner(place) ? place.anchor : { x: place.box.x + place.box.width - 2, y: place.box.y + 2 };

const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Keeps the packet in sight: within the picture where that scrolls, within the page where the page does. */
function follow(element: HTMLElement | null, anchor: Point): void {
  const scroller = element?.closest<HTMLElement>('[data-scroller]');
  if (!scroller) return;
  const behavior = calm() ? 'auto' : 'smooth';
  if (scroller.scrollHeight > scroller.clientHeight + 1) {
    scroller.scrollTo({ top: anchor.y - scroller.clientHeight / 2, behavior });
    return;
  }
  const seen = scroller.getBoundingClientRect().top + anchor.y;
  if (seen < 60 || seen > innerHeight * 0.55) scrollTo({ top: scrollY + seen - innerHeight * 0.3, behavior });
}

/** Where the label would leave the picture on the right, it begins further to the left. */
function keepInside(label: HTMLElement | null, anchor: Point): void {
  const picture = label?.closest<HTMLElement>(`.${styles.overlay}`);
  if (!label || !picture) return;
  const beyond = anchor.x + label.offsetLeft + label.offsetWidth + 6 - picture.clientWidth;
  label.style.translate = beyond > 0 ? `${-beyond}px` : '';
}

interface PacketProps {
  frame: Frame;
  place: HopPlace;
  line: Point[] | null;
  following: boolean;
}

function Packet({ frame, place, line, following }: PacketProps) {
  const element = useRef<HTMLDivElement>(null);
  const label = useRef<HTMLSpanElement>(null);
  const way = line ?? [place.anchor];
  const path = roundedPath(way);
  useEffect(() => {
    const began = performance.now();
    let request = 0;
    if (following) follow(element.current, place.anchor);
    keepInside(label.current, place.anchor);
    const draw = (now: number) => {
      const done = calm() ? 1 : Math.min(1, (now - began) / TRAVEL_MS);
      const eased = done < 0.5 ? 2 * done * done : 1 - (2 - 2 * done) ** 2 / 2;
      const point = pointAlong(way, way.length > 1 ? eased : 1);
      if (element.current) element.current.style.transform = `translate(${point.x}px, ${point.y}px)`;
      if (done < 1) request = requestAnimationFrame(draw);
    };
    request = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(request);
    // The path's text stands for its points.
  }, [path, frame.index]);
  const packet = frame.after ?? frame.before;
  return (
    <div
      ref={element}
      className={styles.packet}
      data-direction={frame.direction}
      data-failed={frame.failure !== null}
    >
      <i className={styles.dot}>{frame.failure ? '✕' : ''}</i>
      {packet && (
        <span ref={label} className={styles.label} data-at={place.id.split(':', 1)[0]}>
          → {destinationText(packet)}
        </span>
      )}
    </div>
  );
}
