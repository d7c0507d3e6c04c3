import { reachable } from '../api.ts';

const TUS = { 'Tus-Resumable': '1.0.0' };
const TRIES = 5;
const PAUSE_MS = 1000;

/** Sends a file by tus 1.0.0; what a lost connection has interrupted goes on behind the last byte that has arrived. */
export async function sendFile(uploadUrl: string, file: File, onPercent: (percent: number) => void): Promise<void> {
  const url = reachable(uploadUrl);
  for (let tries = 1; ; tries++) {
    try {
      const offset = tries === 1 ? 0 : await arrived(url);
      if (offset < file.size) await send(url, file, offset, onPercent);
      return;
    } catch (error) {
      // A refusal stays one.
      if (!(error instanceof Lost) || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tries));
    }
  }
}

class Lost extends Error {}

async function arrived(url: string): Promise<number> {
  const response = await fetch(url, { method: 'HEAD', headers: TUS }).catch(() => {
    throw new Lost();
  });
  return Number(response.headers.get('Upload-Offset') ?? 0);
}

/** `fetch` does not tell how much of a body has gone. */
function send(url: string, file: File, offset: number, onPercent: (percent: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PATCH', url);
    const headers = { ...TUS, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onPercent(Math.floor((100 * (offset + loaded)) / file.size));
    request.onerror = () => reject(new Lost());
    request.onload = () => (request.status < 300 ? resolve() : reject(refusal(request)));
    request.send(file.slice(offset));
  });
}

function refusal({ responseText, statusText }: XMLHttpRequest): Error {
  try {
    const [{ message, extensions }] = JSON.parse(responseText).errors;
    return Object.assign(new Error(message), extensions);
  } catch {
    return new Error(statusText);
  }
}
