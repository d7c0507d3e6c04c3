import { describe, expect, it } from '@jest/globals';
import { numbered } from '../courses/catalogue.js';
import { ok, refused } from '../support/client.js';
import { TranscriptsOfDocument, type TranscriptsOfQueryVariables } from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, vttOf } from '../support/people.js';
import { startTestServer } from '../support/server.js';

type Window = Omit<TranscriptsOfQueryVariables, 'lessonId'>;

/** A lesson with this transcript, and the texts of a window of its cues. */
async function transcript(vtt: string) {
  const server = await startTestServer();
  const ina = await instructor(server);
  const lessonId = await lessonOf(server, ina, await courseOf(server, ina), { vtt });
  return {
    async texts(window: Window) {
      const { lesson } = await ok(server.url, TranscriptsOfDocument, { lessonId, ...window });
      return lesson?.transcripts[0]?.cues.map(({ text }) => text);
    },
    refusal: (window: Window) => refused(server.url, TranscriptsOfDocument, { lessonId, ...window }),
  };
}

function cue(start: string, end: string, text: string): string {
  return `${start} --> ${end}\n${text}\n`;
}

describe('cues(from:, to:)', () => {
  it('gives the cues that overlap the window; neither end of the two touches', async () => {
    const { texts } = await transcript(
      vttOf([
        [0, 'a'],
        [10, 'b'],
        [20, 'c'],
        [30, 'd'],
      ]),
    );
    expect(await texts({})).toEqual(['a', 'b', 'c', 'd']);
    expect(await texts({ from: 12, to: 18 })).toEqual(['b']);
    expect(await texts({ from: 10, to: 20 })).toEqual(['b']);
    expect(await texts({ from: 9.999, to: 20.001 })).toEqual(['a', 'b', 'c']);
    expect(await texts({ from: 20 })).toEqual(['c', 'd']);
    expect(await texts({ to: 20 })).toEqual(['a', 'b']);
    expect(await texts({ from: 34.999 })).toEqual(['d']);
    expect(await texts({ from: 35 })).toEqual([]);
    expect(await texts({ to: 0 })).toEqual([]);
    expect(await texts({ from: 20, to: 10 })).toEqual([]);
  });

  it('takes null for no bound, and bounds outside the video', async () => {
    const { texts } = await transcript(
      vttOf([
        [0, 'a'],
        [10, 'b'],
      ]),
    );
    expect(await texts({ from: null, to: null, first: null })).toEqual(['a', 'b']);
    expect(await texts({ from: -5, to: 1e300 })).toEqual(['a', 'b']);
    expect(await texts({ from: -5, to: -1 })).toEqual([]);
    expect(await texts({ from: 1e300 })).toEqual([]);
  });

  it('meets the bounds to the millisecond', async () => {
    const ends = ['00:01.001', '00:02.007', '00:16.100', '01:04.035', '59:59.999', '90:00.001'];
    const { texts } = await transcript(ends.map((end, index) => cue(ends[index - 1] ?? '00:00', end, end)).join('\n'));
    for (const [index, end] of ends.entries()) {
      const [minutes = 0, seconds = 0] = end.split(':').map(Number);
      const bound = Number((minutes * 60 + seconds).toFixed(3));
      expect({ bound, before: await texts({ to: bound }) }).toEqual({ bound, before: ends.slice(0, index + 1) });
      expect({ bound, after: await texts({ from: bound }) }).toEqual({ bound, after: ends.slice(index + 1) });
    }
  });

  it('finds long cues that lie over the window, and overlapping ones by their begin', async () => {
    const { texts } = await transcript(
      [
        cue('00:00.000', '10:00.000', 'a title that stays'),
        cue('00:05.000', '00:15.000', 'first'),
        cue('00:10.000', '00:12.000', 'second'),
      ].join('\n'),
    );
    expect(await texts({ from: 300, to: 301 })).toEqual(['a title that stays']);
    expect(await texts({ from: 11, to: 14 })).toEqual(['a title that stays', 'first', 'second']);
    expect(await texts({ from: 12, to: 14 })).toEqual(['a title that stays', 'first']);
  });

  it('takes a cue that does not end after it begins for the moment of its begin', async () => {
    const { texts } = await transcript(
      [cue('00:05.000', '00:05.000', 'at once'), cue('00:10.000', '00:02.000', 'back')].join('\n'),
    );
    expect(await texts({ from: 5, to: 6 })).toEqual(['at once']);
    expect(await texts({ from: 4, to: 5 })).toEqual([]);
    expect(await texts({ from: 10, to: 11 })).toEqual(['back']);
    expect(await texts({ from: 3, to: 4 })).toEqual([]);
  });
});

describe('cues(first:)', () => {
  it('is 100 when absent or null, and at most 1,000', async () => {
    const spoken = numbered('cue', 1001);
    const { texts } = await transcript(vttOf(spoken.map((text, index) => [index, text])));
    expect(await texts({})).toEqual(spoken.slice(0, 100));
    expect(await texts({ first: null })).toEqual(spoken.slice(0, 100));
    expect(await texts({ first: 1 })).toEqual(['cue 1']);
    expect(await texts({ first: 1000 })).toEqual(spoken.slice(0, 1000));
    expect(await texts({ first: 2, from: 500 })).toEqual(['cue 501', 'cue 502']);
  });

  it('is refused below 1 and above 1,000', async () => {
    const { refusal } = await transcript(vttOf([[0, 'a']]));
    for (const first of [0, -1, 1001]) {
      expect(await refusal({ first })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
    }
  });
});
