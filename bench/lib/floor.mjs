// A process of its own: the least that a relay can do. Each token of the model is one frame of graphql-transport-ws;
// nothing is parsed, checked, stored, counted or paid for.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { askModel } from './sse.mjs';

const modelPort = Number(process.env.MODEL_PORT);
const server = createServer((_request, response) => response.end());
const sockets = new WebSocketServer({ server, path: '/graphql', handleProtocols: () => 'graphql-transport-ws' });
let chats = 0;

sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { type, id, payload } = JSON.parse(data.toString());
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
    if (type === 'subscribe') relay(socket, JSON.stringify(id), payload.variables.input.message);
  });
});

function relay(socket, id, question) {
  const chatId = String(++chats);
  const next = (event) => socket.send(`{"id":${id},"type":"next","payload":{"data":{"askTutorStream":${event}}}}`);
  let response = '';
  const onText = (text) => {
    const place = `"chatId":"${chatId}","offset":${response.length}`;
    next(`{"__typename":"TutorToken",${place},"text":${JSON.stringify(text)}}`);
    response += text;
  };
  const onEnd = () => {
    next(JSON.stringify({ __typename: 'TutorDone', chat: { id: chatId, status: 'COMPLETED', response } }));
    socket.send(`{"id":${id},"type":"complete"}`);
  };
  askModel(modelPort, question, onText, onEnd, (error) => {
    throw error;
  });
}

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
