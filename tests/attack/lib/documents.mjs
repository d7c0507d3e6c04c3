// Documents of 100 kB, each of a shape that some part of a GraphQL server finds hard.

const BYTES = 100 * 1024;
/** The body around them is JSON. */
const ROOM = 1500;

const fill = (head, piece, tail, most = Number.POSITIVE_INFINITY) => {
  const pieces = [];
  let size = head.length + tail.length;
  for (let n = 0; n < most; n++) {
    const next = typeof piece === 'string' ? piece : piece(n);
    size += Buffer.byteLength(JSON.stringify(next)) - 2;
    if (size > BYTES - ROOM) break;
    pieces.push(next);
  }
  return head + pieces.join('') + tail;
};
const nest = (open, core, close, times) => open.repeat(times) + core + close.repeat(times);
const long = (n) => `${'n'.repeat(n)}`;

/** Each by its name: a text, or a function that gives one with `seed` in it, so that no two are alike. */
export const DOCUMENTS = {
  'brackets, square': `{course(id:${'['.repeat(BYTES - ROOM)}`,
  'brackets, curly': '{'.repeat(BYTES - ROOM),
  'fields nested 950 deep': `{course(id:1)${nest('{lessons{course', '{id}', '}}', 470)}}`,
  'fields nested 20,000 deep': `{course(id:1)${nest('{a', '', '}', 30_000)}}`,
  'inline fragments nested': `{${nest('...{', '__typename', '}', 600)}}`,
  'inline fragments, 12 fields deep, of one name': `{course(id:1){${nest('... on Course{id ', 'id', '}', 300)}}}`,
  '8,000 aliases': fill('{', (n) => `a${n}:health{status} `, '}'),
  '30 aliases, fields within': `{${Array.from({ length: 30 }, (_, n) => `a${n}:course(id:${n}){${'id title '.repeat(2)}}`).join('')}}`,
  'fragment fan-out, 400 fragments': `{course(id:1){...f0}}${Array.from({ length: 150 }, (_, n) => `fragment f${n} on Course{...f${n + 1} ...f${n + 1}}`).join('')}fragment f150 on Course{id}`,
  'fragments that spread all others': fragmentsEach(35),
  'fragments that spread all others, with fields': fragmentsEach(33, 'id '),
  'one fragment cycle': `{course(id:1){...f0}}${Array.from({ length: 240 }, (_, n) => `fragment f${n} on Course{...f${(n + 1) % 240}}`).join('')}`,
  'all fragment cycles': `{course(id:1){...f0}}${fragmentsCycle(35)}`,
  'fragments of one field each, all spread': `{course(id:1){${Array.from({ length: 200 }, (_, n) => `...f${n} `).join('')}}}${Array.from({ length: 200 }, (_, n) => `fragment f${n} on Course{id}`).join('')}`,
  'overlapping fields, one name': `{course(id:1){${'id '.repeat(1900)}}}`,
  'overlapping fields, 149 of one name': `{course(id:1){${'title '.repeat(149)}${'id '.repeat(149)}${'description '.repeat(149)}${'status '.repeat(149)}${'createdAt '.repeat(149)}${'updatedAt '.repeat(149)}${'lessonCount '.repeat(149)}${'thumbnailUrl '.repeat(149)}${'__typename '.repeat(149)}}}`,
  'overlapping fields with arguments': `{${Array.from({ length: 140 }, (_, n) => `course(id:${n}){id title} `).join('')}}`,
  'overlapping fields nested': `{${'course(id:1){lessons{course{lessons{id}}}}'.repeat(70)}}`,
  'overlapping objects': overlap(4, 6),
  'overlapping objects, wide': overlap(3, 10),
  'overlapping fragments': overlapFragments(12),
  'overlapping fragments in pairs': overlapFragments(40),
  'a long name': `{${long(BYTES - ROOM)}}`,
  '900 long names': fill('{', (n) => `n${n}${long(100)} `, '}', 1900),
  '1,900 unknown fields': fill('{', (n) => `unknown${n} `, '}', 1900),
  'unknown fields below an object': fill('{course(id:1){', (n) => `u${n} `, '}}', 1900),
  'unknown types': fill('{health{status}}', (n) => `fragment f${n} on T${n}{id}`, '', 240),
  'unknown fragments': fill('{', (n) => `...f${n} `, '}', 900),
  'unknown directives': fill('{health', (n) => `@d${n} `, '{status}}', 900),
  '900 directives': fill('{health', '@skip(if:false)', '{status}}', 300),
  'unknown arguments': fill('{health(', (n) => `a${n}:1 `, '){status}}', 600),
  '380 variables': fill('query(', (n) => `$v${n}:ID `, '){health{status}}', 480),
  'variables of lists of lists': `query(${Array.from({ length: 60 }, (_, n) => `$v${n}:${nest('[', 'ID', ']', 15)}`).join(' ')}){health{status}}`,
  'variables that are not declared': fill('{', (n) => `course(id:$v${n}){id}`, '}', 140),
  'variables in every fragment': `query(${Array.from({ length: 100 }, (_, n) => `$v${n}:ID!`).join(' ')}){course(id:1){...f0}}${Array.from({ length: 100 }, (_, n) => `fragment f${n} on Course{id @skip(if:$v${n})${n < 99 ? `...f${n + 1}` : ''}}`).join('')}`,
  'many operations': fill('', (n) => `query q${n}{health{status}}`, '', 240),
  'many operations of one fragment': `${Array.from({ length: 190 }, (_, n) => `query q${n}{...f}`).join('')}fragment f on Query{health{status}}`,
  'many operations with all fragments': `${Array.from({ length: 60 }, (_, n) => `query q${n}{...f0}`).join('')}${Array.from({ length: 150 }, (_, n) => `fragment f${n} on Query{...f${n + 1}}`).join('')}fragment f150 on Query{health{status}}`,
  'a list of 1,900 values': fill('{course(id:[', '1 ', ']){id}}', 1900),
  'an object of 600 values': fill('mutation{login(input:{', (n) => `f${n}:1 `, '}){tokenType}}', 600),
  'an object of one name': fill('mutation{login(input:{', 'email:"" ', '}){tokenType}}', 600),
  'lists nested 900 deep': `{course(id:${nest('[', '1', ']', 900)}){id}}`,
  'objects nested 600 deep': `mutation{login(input:${nest('{email:', '1', '}', 480)}){tokenType}}`,
  'a long string': fill('{course(id:"', 'x', '"){id}}'),
  'a string of escapes': fill('{course(id:"', '\\u{1F600}', '"){id}}'),
  'a string of short escapes': fill('{course(id:"', '\\n', '"){id}}'),
  'a block string of lines': fill('{course(id:"""', ' \n', '"""){id}}'),
  'a block string of indentations': fill('{course(id:"""', (n) => `${' '.repeat(n % 60)}x\n`, '"""){id}}'),
  'a block string of quotes': fill('{course(id:"""', '\\"""', '"""){id}}'),
  'an open string': fill('{course(id:"', 'x', ''),
  'an open block string': fill('{course(id:"""', 'x\n', ''),
  'a long number': fill('{course(id:', '9', '){id}}'),
  'comments alone': fill('', '#\n', ''),
  'one comment': fill('#', 'x', ''),
  'spaces alone': fill('', ' ', ''),
  'line breaks, then an error': fill('', '\n', '}'),
  'commas, then a query': fill('', ',', '{health{status}}'),
  'byte order marks': fill('', '\uFEFF', '{health{status}}'),
  'letters that are no names': fill('{', 'é', '}'),
  'control characters': fill('{', '\\u0000', '}'),
  'type definitions': fill('', (n) => `type T${n}{a:ID}`, '', 240),
  'an error after 1,999 tokens': `{${'a '.repeat(1990)}`,
  'introspection, deep': `{__schema{types{fields{type{${nest('ofType{', 'name', '}', 100)}}}}}}`,
  'introspection, wide': `{${'__schema{types{name}}'.repeat(200)}}`,
};

function fragmentsEach(count, own = '') {
  const all = (n) => Array.from({ length: count - n - 1 }, (_, m) => `...f${n + m + 1} `).join('');
  return `{course(id:1){...f0}}${Array.from({ length: count }, (_, n) => `fragment f${n} on Course{${own}${all(n) || 'id'}}`).join('')}`;
}

function fragmentsCycle(count) {
  const all = Array.from({ length: count }, (_, n) => `...f${n} `).join('');
  return Array.from({ length: count }, (_, n) => `fragment f${n} on Course{${all}}`)
    .join('')
    .slice(0, BYTES);
}

function overlap(levels, width) {
  const level = (n) =>
    n === 0 ? 'id ' : `${n % 2 ? 'lessons' : 'course'}{${level(n - 1)}} `.repeat(n === levels ? width : width / 2);
  return `{course(id:1){${level(levels % 2 ? levels : levels - 1)}}}`;
}

function overlapFragments(count) {
  const body = (n) => `id title lessons{id title ...l${n}}`;
  const spreads = (letter) => Array.from({ length: count }, (_, n) => `...${letter}${n} `).join('');
  const courses = Array.from({ length: count }, (_, n) => `fragment c${n} on Course{${body(n)}}`).join('');
  const lessons = Array.from({ length: count }, (_, n) => `fragment l${n} on Lesson{id title order}`).join('');
  return `{course(id:1){${spreads('c')}}}${courses}${lessons}`;
}
