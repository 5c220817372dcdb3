// Where the apps of the comparison send spans and metrics: a process of its own, so that it slows none.
import { startFakeOtlp } from '@spendfuse/testkit';

const fake = await startFakeOtlp();
console.log(JSON.stringify({ address: fake.url }));
process.on('message', () => process.send?.(fake.spans().length));
process.once('SIGTERM', () => {
  process.disconnect();
  void fake.close();
});
