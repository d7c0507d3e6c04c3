import type { ConnectionState } from '@lectern/client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { lectern } from '../api.ts';
import { useTexts } from '../texts/texts.tsx';

function subscribe(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

/** Says when the browser is offline, and when the connection that answers come by was lost. */
export function Connection() {
  const { t } = useTexts();
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  const [lost, setLost] = useState(false);
  useEffect(
    () =>
      lectern.onConnection((state: ConnectionState) => {
        // Between two attempts it is connecting: lost until it is open again, or nobody needs it.
        if (state === 'waiting') setLost(true);
        if (state === 'open') setLost(false);
      }),
    [],
  );
  return (
    <div role="status" className="connection">
      {!online ? <p>{t('offline')}</p> : lost ? <p>{t('reconnecting')}</p> : null}
    </div>
  );
}
