// What the process itself takes: memory, processor time, uptime. Read only when somebody asks.
import type { Meter } from '@opentelemetry/api';
import { ATTRIBUTES, METRICS } from './names.ts';

export function observeProcess(meter: Meter): void {
  const { processMemory, processCpu, processUptime } = METRICS;
  meter.createObservableUpDownCounter(processMemory.name, processMemory).addCallback((observer) => {
    observer.observe(process.memoryUsage.rss());
  });
  meter.createObservableCounter(processCpu.name, processCpu).addCallback((observer) => {
    const { user, system } = process.cpuUsage();
    observer.observe(user / 1e6, { [ATTRIBUTES.cpuMode]: 'user' });
    observer.observe(system / 1e6, { [ATTRIBUTES.cpuMode]: 'system' });
  });
  meter.createObservableGauge(processUptime.name, processUptime).addCallback((observer) => {
    observer.observe(process.uptime());
  });
}
