import { describe, expect, test } from '@jest/globals';
import { formatVideoTime, parseVideoTime } from '../../src/shared/video-time.js';

describe('parseVideoTime', () => {
  test.each([
    ['0:00', 0],
    ['00:00', 0],
    ['2:05', 125],
    ['12:40', 760],
    ['59:59', 3599],
    ['75:00', 4500],
    ['999:59', 59_999],
    ['1:02:03', 3723],
    ['0:59:59', 3599],
    ['10:00:00', 36_000],
  ])('reads %s as %d seconds', (text, seconds) => {
    expect(parseVideoTime(text)).toBe(seconds);
  });

  test.each([
    ['', 'nothing'],
    ['12', 'a number alone'],
    ['1:2', 'one digit of seconds'],
    ['12:400', 'three digits of seconds'],
    [':40', 'no minutes'],
    ['12:', 'no seconds'],
    ['12:75', 'more than 59 seconds'],
    ['1000:00', 'four digits of minutes'],
    ['-1:00', 'a time before the beginning'],
    ['+1:00', 'a sign'],
    ['99:99:99', 'more than 59 minutes after an hour'],
    ['1:60:00', '60 minutes after an hour'],
    ['1:2:03', 'one digit of minutes after an hour'],
    ['1:02:3', 'one digit of seconds after an hour'],
    ['1:02:03:04', 'four parts'],
    [' 12:40', 'a space before'],
    ['12:40 ', 'a space behind'],
    ['12:40\n', 'a line break behind'],
    ['12 :40', 'a space within'],
    ['12.40', 'a full stop for the colon'],
    ['12:40.5', 'a fraction'],
    ['1e:40', 'a letter'],
    ['١٢:٤٠', 'digits that are not ASCII'],
  ])('refuses %j: %s', (text) => {
    expect(parseVideoTime(text)).toBeNull();
  });
});

describe('formatVideoTime', () => {
  test.each([
    [0, '00:00'],
    [125, '02:05'],
    [760, '12:40'],
    [3599, '59:59'],
    [3600, '1:00:00'],
    [3723, '1:02:03'],
    [36_000, '10:00:00'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatVideoTime(seconds)).toBe(text);
  });

  test('cuts fractions, also where rounding would reach the hour', () => {
    expect(formatVideoTime(760.999)).toBe('12:40');
    expect(formatVideoTime(3599.999)).toBe('59:59');
  });

  test('writes what parseVideoTime reads back', () => {
    for (let seconds = 0; seconds < 100_000; seconds += 37) {
      expect(parseVideoTime(formatVideoTime(seconds))).toBe(seconds);
    }
  });
});
