'use client';
import type { Request } from '@podlab/contracts';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { framesOf, type Frame } from './frames';

const DWELL_MS = 1500;
const DWELL_STEP_MS = 500;

export interface Journey {
  request: Request;
  frames: Frame[];
  index: number;
  playing: boolean;
  go: (index: number) => void;
  toggle: () => void;
}

/**
 * Plays a request's hops one after another: longer where more happens. Stops at the end, and when a hop is chosen.
 * `autoplay`: whether a request begins to play when it is opened.
 */
export function useJourney(request: Request | null, autoplay: boolean): Journey | null {
  const frames = useMemo(() => framesOf(request?.trace), [request]);
  const [index, setIndex] = useState(0);
  const [playing, setPlaying] = useState(false);
  const id = request?.id;
  useEffect(() => {
    setIndex(0);
    setPlaying(id !== undefined && autoplay);
    // Decided when a request is opened, not when a window is turned.
  }, [id]);
  const last = frames.length - 1;
  const steps = frames[index]?.steps.length ?? 0;
  useEffect(() => {
    if (!playing) return;
    if (index >= last) return setPlaying(false);
    const timer = setTimeout(() => setIndex(index + 1), DWELL_MS + Math.min(steps, 5) * DWELL_STEP_MS);
    return () => clearTimeout(timer);
  }, [playing, index, last, steps]);
  const go = useCallback(
    (to: number) => {
      setPlaying(false);
      setIndex(Math.max(0, Math.min(to, last)));
    },
    [last],
  );
  const toggle = useCallback(() => {
    if (!playing && index >= last) setIndex(0);
    setPlaying(!playing);
  }, [playing, index, last]);
  return request && { request, frames, index: Math.min(index, Math.max(last, 0)), playing, go, toggle };
}
