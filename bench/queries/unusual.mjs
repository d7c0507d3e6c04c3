// Operations that no server has seen before: each serial number gives another text, always the same one.
import { COURSES, LESSONS } from '../lib/school.mjs';
import { randomFrom } from './random.mjs';

const LEAVES = {
  Course: [
    'id',
    'title',
    'description',
    'thumbnailUrl',
    'status',
    'createdAt',
    'updatedAt',
    'lessonCount',
    '__typename',
  ],
  Lesson: ['id', 'title', 'videoUrl', 'order', 'durationSeconds', '__typename'],
  User: ['id', 'username', '__typename'],
};
const BRANCHES = { Course: { instructor: 'User', lessons: 'Lesson' }, Lesson: { course: 'Course' }, User: {} };
const ROOTS = [
  (writer) => `course(id: ${writer.id(COURSES)}) ${writer.object('Course', 2)}`,
  (writer) => `lesson(id: ${writer.id(LESSONS)}) ${writer.object('Lesson', 2)}`,
  (writer) => `lessons(courseId: ${writer.id(COURSES)}) ${writer.object('Lesson', 1)}`,
  (writer) =>
    `courses(first: ${1 + writer.random(5)}, orderBy: ${writer.oneOf(['OLDEST', 'NEWEST'])}) ${writer.page()}`,
];
/** One root in so many operations asks about the schema. */
const INTROSPECTED = 4;
/** Lectern refuses more. */
const MOST_ALIASES = 30;

/** @returns query and variables of an operation with three fields at its root */
export function unusual(serial) {
  const writer = new Writer(serial);
  const roots = [1, 2, 3].map(() => writer.oneOf(ROOTS));
  if (serial % INTROSPECTED === 0) roots[writer.random(3)] = (each) => each.type();
  const fields = roots.map((root) => `${writer.newName()}: ${root(writer)}`);
  const variables = Object.entries(writer.types).map(([name, type]) => `$${name}: ${type}!`);
  const head = `query Unusual${serial}${variables.length ? `(${variables.join(', ')})` : ''}`;
  return { query: [`${head} { ${fields.join(' ')} }`, ...writer.fragments].join('\n'), variables: writer.values };
}

class Writer {
  /** Types and values of the variables by name. */
  types = {};
  values = {};
  fragments = [];
  #names = 0;
  #aliases = 3;

  constructor(serial) {
    this.random = randomFrom(serial);
  }

  oneOf(list) {
    return list[this.random(list.length)];
  }

  newName() {
    return `n${this.random(1_000_000).toString(36)}_${++this.#names}`;
  }

  id(limit) {
    const id = String(1 + this.random(limit));
    return this.#oneIn(2) ? this.#variable('ID', id) : `"${id}"`;
  }

  /** A selection of an object: some of its fields in any order, a few of them in fragments. */
  object(type, depth) {
    const fields = this.#some(LEAVES[type]).map((name) => this.#field(name));
    for (const [name, below] of Object.entries(BRANCHES[type])) {
      if (depth > 0 && this.#oneIn(2)) fields.push(this.#field(name, ` ${this.object(below, depth - 1)}`));
    }
    if (this.#oneIn(3)) fields.push(`... on ${type}${this.#directive()} ${this.#leaves(type)}`);
    if (this.#oneIn(3)) fields.push(`...${this.#fragment(type)}${this.#directive()}`);
    return `{ ${this.#shuffled(fields).join(' ')} }`;
  }

  page() {
    const parts = [this.#oneIn(2) ? this.#nodes() : this.#field('edges', ` { ${this.#nodes('node')} }`)];
    if (this.#oneIn(2)) parts.push(this.#field('pageInfo', ' { hasNextPage hasPreviousPage }'));
    if (this.#oneIn(4)) parts.push(this.#field('totalCount'));
    return `{ ${this.#shuffled(parts).join(' ')} }`;
  }

  #nodes(name = 'nodes') {
    return this.#field(name, ` ${this.object('Course', 1)}`);
  }

  type() {
    const parts = ['kind', 'name', 'description', 'fields { name type { kind name ofType { kind name } } }'];
    return `__type(name: "${this.oneOf(Object.keys(LEAVES))}") { ${this.#some(parts).join(' ')} }`;
  }

  #field(name, below = '') {
    const alias = this.#oneIn(5) && this.#aliases++ < MOST_ALIASES ? `${this.newName()}: ` : '';
    return `${alias}${name}${this.#directive()}${below}`;
  }

  #fragment(type) {
    const name = `F${this.newName()}`;
    this.fragments.push(`fragment ${name} on ${type} ${this.#leaves(type)}`);
    return name;
  }

  #leaves(type) {
    const fields = this.#some(LEAVES[type]).map((name) => this.#field(name));
    return `{ ${fields.join(' ')} }`;
  }

  #directive() {
    if (!this.#oneIn(10)) return '';
    const value = this.#oneIn(2);
    return ` @${this.oneOf(['include', 'skip'])}(if: ${this.#oneIn(2) ? this.#variable('Boolean', value) : value})`;
  }

  #variable(type, value) {
    const name = this.newName();
    this.types[name] = type;
    this.values[name] = value;
    return `$${name}`;
  }

  #some(list) {
    return this.#shuffled(list).slice(0, 1 + this.random(list.length));
  }

  #shuffled(list) {
    const shuffled = [...list];
    for (let index = shuffled.length - 1; index > 0; index--) {
      const other = this.random(index + 1);
      [shuffled[index], shuffled[other]] = [shuffled[other], shuffled[index]];
    }
    return shuffled;
  }

  #oneIn(count) {
    return this.random(count) === 0;
  }
}
