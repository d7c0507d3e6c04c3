// What the services take in place of a request.

export function contextOf(app, viewer) {
  const request = { requestId: 'eval', address: '', userAgent: null, bodyBytes: 0, tokenFault: null };
  return { ...app, ...request, viewer };
}
