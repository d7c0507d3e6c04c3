import { addressKey } from '../../shared/address-key.js';
import { type Connection, type PageArgs, readPage } from '../../shared/page.js';
import type { RequestContext } from '../../shared/request-context.js';
import { rowId } from '../../shared/row-id.js';
import type { FoundMoment, FoundMoments } from './cue-index.js';
import { readMomentQuery } from './moment-query.policy.js';

export interface MomentArgs extends PageArgs {
  query: string;
  courseId?: string | null;
}

/**
 * The moments that the viewer may see, the best first.
 * @throws BAD_USER_INPUT on `query`, `first`, `after`; RATE_LIMITED, QUERY_TOO_COMPLEX
 */
export function searchMoments(ctx: RequestContext, args: MomentArgs): Promise<Connection<FoundMoment>> {
  const phrases = readMomentQuery(args.query);
  const courseId = args.courseId == null ? null : rowId(args.courseId);
  const isEmpty = phrases.length === 0 || (args.courseId != null && courseId === null);
  let found: Promise<FoundMoments> = Promise.resolve({ moments: [], total: 0 });
  return readPage<FoundMoment>(args, {
    width: 2,
    position: ({ score, id }) => [score, id],
    async rows(limit, after) {
      const request = { phrases, viewer: ctx.viewer, courseId, after, limit };
      if (!isEmpty) found = ctx.cueIndex.search(request, addressKey(ctx.address));
      return (await found).moments;
    },
    count: async () => (await found).total,
  });
}
