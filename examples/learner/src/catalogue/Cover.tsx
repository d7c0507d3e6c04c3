import { useState } from 'react';
import { reachable } from '../api.ts';

/** The picture of a course or lesson; its first letter where it has none, or where it cannot be loaded. */
export function Cover({ url, title }: { url: string | null | undefined; title: string }) {
  const [failed, setFailed] = useState(false);
  return (
    <div className="cover" aria-hidden="true">
      {url && !failed ? (
        <img src={reachable(url)} alt="" loading="lazy" onError={() => setFailed(true)} />
      ) : (
        <span>{title.slice(0, 1)}</span>
      )}
    </div>
  );
}
