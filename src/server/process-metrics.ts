import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What is read when somebody asks for it. */
interface Readings {
  gauge(name: string, help: string, read: () => number): void;
  counter(name: string, help: string, read: () => number): void;
}

const RESOLUTION_MS = 10;

/**
 * The process, under the names that dashboards for Node know. The library's own collectors do not stop with a server
 * (an observer of the garbage collector and a timer stay), and so are not used.
 * @returns what ends the watching
 */
export function watchProcess(metrics: Readings): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const lag = (name: string, what: string, read: () => number) => {
    // What is measured holds the pause between two measurements; without any it is not a number.
    const seconds = () => Math.max(0, read() / 1e9 - RESOLUTION_MS / 1000) || 0;
    metrics.gauge(`nodejs_eventloop_lag_${name}_seconds`, `${what} of the event loop since it was last read.`, seconds);
  };
  lag('mean', 'Mean delay', () => delay.mean);
  lag('p50', 'Median delay', () => delay.percentile(50));
  lag('p99', '99th percentile of the delay', () => delay.percentile(99));
  // Gauges are read in the order of their making: this one is the last, and begins anew.
  lag('max', 'Longest delay', () => {
    const { max } = delay;
    delay.reset();
    return max;
  });
  metrics.gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  metrics.gauge('nodejs_heap_size_used_bytes', 'Used heap.', () => process.memoryUsage().heapUsed);
  metrics.counter('process_cpu_seconds_total', 'Time that the process has had of all cores.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  const started = Math.round(Date.now() / 1000 - process.uptime());
  metrics.gauge('process_start_time_seconds', 'When the process started, in seconds since 1970 UTC.', () => started);
  return () => delay.disable();
}
