import type { FastifyInstance, FastifyReply } from 'fastify';
import type { App } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import type { Signed } from '../videos/playback/signed-url.policy.js';
import { admitUploads, statusOf } from '../videos/uploads/tus.js';
import type { RequestLog } from './log.js';
import { sendCaptions, sendThumbnail, sendVideo } from './media.js';
import { toPublicError } from './public-error.js';

/** A request of a signed address. */
export interface Addressed {
  Params: { id: string };
  Querystring: Signed;
}

const METHODS = ['HEAD', 'PATCH', 'DELETE'];
const EXPOSED = ['Upload-Offset', 'Upload-Length', 'Upload-Expires', 'Tus-Resumable', 'Tus-Checksum-Algorithm'];

/** What is no GraphQL: files that come (`/uploads`, by tus) and go (`/media`), each by a signed address. */
export function serveFiles(app: App, requests: RequestLog) {
  return async (http: FastifyInstance): Promise<void> => {
    // Bodies are for tus alone to read, as they come.
    http.removeAllContentTypeParsers();
    http.addContentTypeParser('*', (_request, _payload, done) => done(null));
    http.setErrorHandler((error, _request, reply) => refuse(app, reply, error));

    const admit = admitUploads(app);
    http.route<Addressed>({
      method: METHODS,
      url: '/uploads/:id',
      exposeHeadRoute: false,
      config: { cors: { exposedHeaders: EXPOSED } },
      async handler(request, reply) {
        const answer = await admit({ id: request.params.id, signed: request.query, request: request.raw });
        reply.hijack();
        // Set by what stands before every route: tus answers past Fastify.
        for (const [name, value] of Object.entries(reply.getHeaders())) {
          if (value !== undefined) reply.raw.setHeader(name, value);
        }
        await answer(reply.raw);
        // Fastify tells of no reply that was taken from it.
        requests.tell(request, reply.raw.statusCode, reply.elapsedTime);
      },
    });
    http.options(
      '/uploads/:id',
      { config: { cors: { methods: METHODS, exposedHeaders: EXPOSED } } },
      async (_request, reply) => {
        const offers = { 'tus-version': '1.0.0', 'tus-extension': 'termination,expiration,checksum' };
        return reply
          .code(204)
          .headers({ 'tus-resumable': '1.0.0', ...offers, allow: METHODS.join(', ') })
          .send();
      },
    );

    const GET = ['GET', 'HEAD'];
    http.route<Addressed>({ method: GET, url: '/media/videos/:id', handler: sendVideo(app) });
    http.route<Addressed>({ method: GET, url: '/media/thumbnails/:id', handler: sendThumbnail(app) });
    http.route<Addressed>({ method: GET, url: '/media/captions/:id', handler: sendCaptions(app) });
  };
}

function refuse(app: App, reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof CodedError)) return reply.code(500).send({ errors: [toPublicError(error, app)] });
  const { code, message, facts } = error;
  // What of a body has not come yet is not waited for.
  if (reply.request.method === 'PATCH') reply.header('connection', 'close');
  return reply.code(statusOf(code)).send({ errors: [{ message, extensions: { code, ...facts } }] });
}
