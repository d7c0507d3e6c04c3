import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';

/** A moment, UTC, as `2026-01-31T12:00:00.000Z`; rows hold milliseconds since 1970. */
export const DateTime = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description: 'A moment in UTC, as `2026-01-31T12:00:00.000Z` (RFC 3339).',
});
