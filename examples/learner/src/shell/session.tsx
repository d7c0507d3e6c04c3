import { useQuery } from '@apollo/client/react';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { apollo, lectern } from '../api.ts';
import { MeDocument, type PersonFragment } from '../generated/graphql.ts';

interface Session {
  /** Null when nobody is signed in; undefined until it is known. */
  account: PersonFragment | null | undefined;
}

const Context = createContext<Session>({ account: undefined });

export function SessionProvider({ children }: { children: ReactNode }) {
  const [userId, setUserId] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    lectern.userId().then(setUserId, () => setUserId(null));
    return lectern.onSession((next) => {
      setUserId(next);
      // What the cache holds was read as somebody else.
      void apollo.resetStore().catch(() => {});
    });
  }, []);
  const { data, error } = useQuery(MeDocument, { skip: !userId });
  const known = data?.me ?? (error ? null : undefined);
  // Nobody, or not known yet.
  const account = userId ? known : (userId as null | undefined);
  return <Context value={{ account }}>{children}</Context>;
}

export function useAccount(): PersonFragment | null | undefined {
  return use(Context).account;
}
