/** Puts work off to the end of a turn of the event loop, when all that was ready has been served; asked twice, it is done once. */
export function atTurnEnd(work: () => void): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    setImmediate(() => {
      isAsked = false;
      work();
    });
  };
}
