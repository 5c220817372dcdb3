// Child processes run in a clean environment, are heard, and never survive.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { runNode, startNode } from './child.ts';
import { freePort, tempFolder } from './temp-folder.ts';
import { until } from './wait.ts';

const script = (code: string) => ({ args: ['-e', code] });
const FOREVER = 'setInterval(() => {}, 1000);';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A server that sees a process end by the end of its connection. */
async function listen() {
  let closed = 0;
  const server = createServer((socket) => {
    socket
      .on('error', () => {})
      .on('close', () => {
        closed += 1;
      });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const stop = async () => {
    server.close();
  };
  return { port, closed: () => closed, [Symbol.asyncDispose]: stop };
}

describe('runNode', () => {
  it('collects output and exit code', async () => {
    const code = 'console.log("out"); console.error("err"); process.exitCode = 3;';
    const result = await runNode(script(code));
    expect(result).toMatchObject({ code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' });
    expect(result.durationMs).toBeGreaterThan(0);
  });

  it('reports the signal that ended it', async () => {
    const result = await runNode(script('process.kill(process.pid, "SIGKILL");' + FOREVER));
    expect(result).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('writes the input', async () => {
    const echo = 'process.stdin.pipe(process.stdout);';
    expect(await runNode({ ...script(echo), input: 'naïve\n' })).toMatchObject({
      stdout: 'naïve\n',
    });
  });

  it('passes on nothing but PATH, HOME, TMPDIR and what is given', async () => {
    vi.stubEnv('NODE_OPTIONS', '--no-warnings');
    vi.stubEnv('OPENAI_API_KEY', 'sk-leak');
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    vi.stubEnv('SPENDFUSE_ENDPOINT', 'unix:/leak');
    vi.stubEnv('TMPDIR', '/tmp');
    const code = 'console.log(JSON.stringify(Object.keys(process.env)));';
    const result = await runNode({ ...script(code), env: { GIVEN: '1', HOME: undefined } });
    vi.unstubAllEnvs();
    expect((JSON.parse(result.stdout) as string[]).toSorted()).toEqual(['GIVEN', 'PATH', 'TMPDIR']);
  });

  it('kills what does not end, with its children, and says what it wrote', async () => {
    await using home = await listen();
    const grandchild = `require("node:net").connect(${home.port});${FOREVER}`;
    const code =
      `const grandchild = ${JSON.stringify(grandchild)};` +
      'require("node:child_process").spawn(process.execPath, ["-e", grandchild]);' +
      `console.log("spawned");${FOREVER}`;
    const run = runNode({ ...script(code), timeoutMs: 2000 });
    await expect(run).rejects.toThrow(/killed after 2000 ms\n[^]*spawned/);
    await until(() => home.closed() === 1, { what: 'the grandchild to end' });
  });

  it('fails when there is no such executable', async () => {
    await expect(runNode({ node: '/nonexistent/node', args: [] })).rejects.toThrow('ENOENT');
  });
});

describe('startNode', () => {
  it('waits for lines of either output, past and future', async () => {
    const code =
      'console.log("port 1234");' +
      'process.stdin.once("data", (d) => { console.error("got " + d); process.exit(0); });';
    await using child = await startNode(script(code));
    const match = await child.waitForLine(/^port (\d+)$/);
    expect(match[1]).toBe('1234');
    child.write('more');
    await child.waitForLine(/got more/);
    await child.waitForLine(/port/);
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.stdout()).toBe('port 1234\n');
    expect(child.stderr()).toBe('got more\n');
  });

  it('does not take half a line for a whole one', async () => {
    const code =
      'process.stdout.write("port 12"); setTimeout(() => process.stdout.write("34\\n"), 50);';
    await using child = await startNode(script(code));
    expect((await child.waitForLine(/port (\d+)/))[1]).toBe('1234');
  });

  it('fails when the line never comes', async () => {
    await using ended = await startNode(script('console.log("only this"); process.exit(1);'));
    await expect(ended.waitForLine(/that/)).rejects.toThrow(/ended with 1\n[^]*only this/);
    await using silent = await startNode(script(FOREVER));
    await expect(silent.waitForLine(/that/, { timeoutMs: 50 })).rejects.toThrow('for 50 ms');
  });

  it('sends signals', async () => {
    const code = `process.on("SIGTERM", () => process.exit(7)); console.log("up");${FOREVER}`;
    await using child = await startNode(script(code));
    await child.waitForLine(/up/);
    expect(await child.kill()).toEqual({ code: 7, signal: null });
  });

  it('ends with its scope', async () => {
    let pid = 0;
    {
      await using child = await startNode(script(FOREVER));
      pid = child.pid;
      expect(isAlive(pid)).toBe(true);
    }
    expect(isAlive(pid)).toBe(false);
  });
});

describe('tempFolder', () => {
  it('removes itself with all it holds', async () => {
    let path = '';
    {
      await using folder = await tempFolder({ prefix: 'with a space ' });
      path = folder.path;
      await writeFile(join(path, 'file'), 'x');
      expect(existsSync(path)).toBe(true);
    }
    expect(existsSync(path)).toBe(false);
  });
});

describe('freePort', () => {
  it('gives a port one can listen on', async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
    server.close();
    expect(port).toBeGreaterThan(1023);
  });
});
