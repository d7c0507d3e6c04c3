// Tells the model's process what to do.

export const setScript = (model, script) => control(model, '/script', 'PUT', JSON.stringify(script));
/** Resolves when so many calls wait for `begin`. */
export const held = (model, calls) => control(model, `/held?calls=${calls}`);
export const begin = (model) => control(model, '/begin', 'PUT');
export const finish = (model) => control(model, '/finish', 'PUT');
/** The messages that it read last, as JSON. */
export const lastPrompt = (model) => control(model, '/prompt');

async function control({ port }, path, method = 'GET', body = null) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body });
  return response.text();
}
