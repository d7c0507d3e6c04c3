// Prints `N passed, N failed, N skipped` of the jest results whose files are named.
import { readFileSync } from 'node:fs';

const sum = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
for (const file of process.argv.slice(2)) {
  const results = JSON.parse(readFileSync(file, 'utf8'));
  for (const key of Object.keys(sum)) sum[key] += results[key];
}
console.log(`${sum.numPassedTests} passed, ${sum.numFailedTests} failed, ${sum.numPendingTests} skipped`);
