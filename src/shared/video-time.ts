/**
 * Seconds of a position in a video, written `mm:ss` (minutes may exceed 59) or `h:mm:ss`; null for anything else.
 */
export function parseVideoTime(text: string): number | null {
  const parts = POSITION.exec(text);
  if (!parts) return null;
  const [, hours, minutes, minutesAlone, seconds] = parts;
  return Number(hours ?? 0) * 3600 + Number(minutes ?? minutesAlone) * 60 + Number(seconds);
}

/** `mm:ss` under an hour, else `h:mm:ss`. Fractions are cut: the second that is shown has begun. */
export function formatVideoTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const tail = `${twoDigits(Math.floor(whole / 60) % 60)}:${twoDigits(whole % 60)}`;
  return whole < 3600 ? tail : `${Math.floor(whole / 3600)}:${tail}`;
}

/** The digits are ASCII and bounded: a position of a thousand hours is a mistake, not a video. */
const POSITION = /^(?:([0-9]{1,3}):([0-5][0-9])|([0-9]{1,3})):([0-5][0-9])$/;

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
