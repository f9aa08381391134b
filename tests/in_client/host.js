// A client that shows pages: the official client and the official host's side of a page, and as little else as can be.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

// What a host must enforce where a page declares no domain.
const POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; media-src 'self' data:; connect-src 'none'";
const me = { name: "test-host", version: "1" };
const client = new Client(me, {
  capabilities: { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } } },
});
let bridge = null;
let page = null;
const heard = { called: [], answered: [], remembered: [], messages: [], sizes: [] };

const open = async (name, given, { capabilities, context, page: file }) => {
  const { tools } = await client.listTools();
  const tool = tools.find((each) => each.name === name);
  const { contents: [content] } = await client.readResource({ uri: file || tool._meta.ui.resourceUri });
  page = document.createElement("iframe");
  page.setAttribute("sandbox", "allow-scripts");
  page.title = "The page";
  page.style.cssText = "border:0;width:100%;height:100px";
  document.body.replaceChildren(page);
  bridge = new AppBridge(client, me, capabilities, { hostContext: context });
  bridge.onsizechange = ({ height }) => { heard.sizes.push(height); page.style.height = `${height}px`; };
  bridge.onupdatemodelcontext = async (params) => { heard.remembered.push(params); return {}; };
  bridge.onmessage = async (params) => { heard.messages.push(params); return {}; };
  const ready = new Promise((resolve) => { bridge.oninitialized = resolve; });
  await bridge.connect(new PostMessageTransport(page.contentWindow, page.contentWindow));
  // In the place of the bridge's own forwarding, which it sets up when it connects: the same, and written down.
  bridge.oncalltool = async (params) => {
    heard.called.push(params);
    const answer = await client.callTool(params);
    heard.answered.push(answer);
    return answer;
  };
  page.srcdoc = content.text.replace("<head>", `<head><meta http-equiv="Content-Security-Policy" content="${POLICY}">`);
  await ready;
  await bridge.sendToolInput({ arguments: given });
  await bridge.sendToolResult(await client.callTool({ name, arguments: given }));
};

window.host = {
  open,
  heard,
  dress: (context) => bridge.setHostContext(context),
  close: () => bridge.teardownResource({}),
  call: (name, given) => client.callTool({ name, arguments: given }),
  tools: async () => (await client.listTools()).tools,
};
await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", window.location.href)));
window.host.isReady = true;
