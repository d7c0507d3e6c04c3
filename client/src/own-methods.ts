/** Operations that are no method as they are: what signs in or out keeps the session, and streams give many results. */
export const OWN_METHODS = [
  'login',
  'register',
  'refreshSession',
  'logout',
  'deleteAccount',
  'askTutorStream',
  'tutorTokens',
  'jobProgress',
] as const;
