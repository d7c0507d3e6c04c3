import { useCallback, useEffect, useRef, useState } from 'react';

export interface Playback {
  /** For the `video` element, where the lesson has one. */
  attach(video: HTMLVideoElement | null): void;
  seconds: number;
  durationSeconds: number;
  playing: boolean;
  failed: boolean;
  /** Goes there, whether or not there is a video to show it. */
  seek(seconds: number): void;
  toggle(): void;
  pause(): void;
  video(): HTMLVideoElement | null;
}

/** Where the lecture is. The position is the page's own, so that a lesson without a video has one too. */
export function usePlayback(knownDuration: number, start: number): Playback {
  const ref = useRef<HTMLVideoElement | null>(null);
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const [seconds, setSeconds] = useState(start);
  const [duration, setDuration] = useState(knownDuration);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const wanted = useRef(start);

  useEffect(() => {
    if (!element) return;
    const video = element;
    const on = {
      timeupdate: () => setSeconds(video.currentTime),
      seeking: () => setSeconds(video.currentTime),
      loadedmetadata() {
        setFailed(false);
        if (Number.isFinite(video.duration)) setDuration(video.duration);
        if (wanted.current > 0) video.currentTime = wanted.current;
      },
      play: () => setPlaying(true),
      pause: () => setPlaying(false),
      error: () => setFailed(true),
    };
    for (const [type, listener] of Object.entries(on)) video.addEventListener(type, listener);
    if (video.readyState >= 1) on.loadedmetadata();
    return () => {
      for (const [type, listener] of Object.entries(on)) video.removeEventListener(type, listener);
    };
  }, [element]);

  useEffect(() => {
    // The same lesson, opened at another second.
    wanted.current = start;
    setSeconds(start);
    if (ref.current && ref.current.readyState >= 1) ref.current.currentTime = start;
  }, [start]);

  const seek = useCallback((to: number) => {
    wanted.current = Math.max(0, to);
    setSeconds(wanted.current);
    if (ref.current && ref.current.readyState >= 1) ref.current.currentTime = wanted.current;
  }, []);
  const attach = useCallback((video: HTMLVideoElement | null) => {
    ref.current = video;
    setElement(video);
  }, []);
  const pause = useCallback(() => ref.current?.pause(), []);
  const toggle = useCallback(() => {
    const video = ref.current;
    if (!video) return;
    if (video.paused) void video.play().catch(() => {});
    else video.pause();
  }, []);
  const video = useCallback(() => ref.current, []);
  return { attach, seconds, durationSeconds: duration, playing, failed, seek, toggle, pause, video };
}
