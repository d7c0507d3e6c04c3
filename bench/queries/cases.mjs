// What a target is asked under load, after some of it was asked to see that all targets answer alike.
import { ask, bytesOf, requestOf } from './requests.mjs';

const CHECKED = 5;
const CHECKED_UNUSUAL = 200;
/** More than one measurement can ask: each has serial numbers of its own. */
const SERIALS = 1_000_000;

/** @returns the targets that can be asked, each with `requests(turn)`, which gives what gives the next request */
export async function prepare(targets, workload) {
  const { query, path } = workload;
  const asked = targets.filter((target) => path || !target.plain);
  const answers = [];
  const prepared = [];
  for (const target of asked) {
    const send = (each) => ask(target, requestOf(target, workload, each));
    if (path) {
      const cases = await workload.cases(send);
      answers.push(await inTurn(cases.slice(0, CHECKED), send));
      const requests = cases.map((each) => bytesOf(target, requestOf(target, workload, each)));
      prepared.push({ target, requests: () => again(requests) });
    } else {
      const serials = Array.from({ length: CHECKED_UNUSUAL }, (_, serial) => serial);
      answers.push(await inTurn(serials, (serial) => ask(target, unusualRequest(target, query, serial))));
      prepared.push({ target, requests: (turn) => never(target, query, (turn + 1) * SERIALS) });
    }
  }
  for (const [index, own] of answers.entries()) {
    const names = `${asked[index].name} and ${asked[0].name}`;
    for (const [number, answer] of own.entries()) {
      const other = answers[0][number];
      if (answer !== other) throw new Error(`${names} answer differently:\n${answer}\n${other}`);
    }
  }
  return prepared;
}

/** Over and over. */
function again(requests) {
  let asked = 0;
  return () => requests[asked++ % requests.length];
}

/** Never the same. */
function never(target, query, begin) {
  let serial = begin;
  return () => bytesOf(target, unusualRequest(target, query, serial++));
}

function unusualRequest(target, query, serial) {
  const { query: text, variables } = query(serial);
  return requestOf(target, { query: text }, { variables });
}

/** The answers as texts that can be compared. */
async function inTurn(cases, send) {
  const answers = [];
  for (const each of cases) answers.push(JSON.stringify(await send(each), comparable));
  return answers;
}

/** Cursors are each server's own, and so is the order in which a schema tells the fields of a type. */
function comparable(name, value) {
  if (name === 'endCursor') return undefined;
  return name === 'fields' ? value.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : value;
}
