// An MCP server whose tools succeed, fail, break the protocol and take their time; alone it speaks stdio.
import { setTimeout as delay } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
  type CallToolResult,
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from '@modelcontextprotocol/sdk/types.js';

type Notify = (progress: number) => Promise<void>;

const TOOLS: Readonly<
  Record<string, (notify: Notify) => Promise<CallToolResult> | CallToolResult>
> = {
  echo: () => text('hello'),
  fail: () => ({ ...text('it failed'), isError: true }),
  explode() {
    throw new McpError(ErrorCode.InternalError, 'it broke');
  },
  async slow(notify) {
    for (let progress = 1; progress <= 5; progress++) {
      await delay(50);
      await notify(progress);
    }
    return text('slow');
  },
  never: () => new Promise(() => {}),
  /** How many calls of tools have come, this one included. */
  calls: () => text(String(calls)),
};

let calls = 0;

export function createServer(name = 'office'): Server {
  const server = new Server({ name, version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.keys(TOOLS).map((tool) => ({ name: tool, inputSchema: { type: 'object' } })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { sendNotification }) => {
    calls += 1;
    const tool = TOOLS[params.name];
    if (!tool) throw new McpError(ErrorCode.InvalidParams, `no tool ${params.name}`);
    const progressToken = params._meta?.progressToken;
    return tool(async (progress) => {
      if (progressToken === undefined) return;
      await sendNotification({
        method: 'notifications/progress',
        params: { progressToken, progress },
      });
    });
  });
  return server;
}

function text(of: string): CallToolResult {
  return { content: [{ type: 'text', text: of }] };
}

if (process.argv[1] === import.meta.filename)
  await createServer().connect(new StdioServerTransport());
