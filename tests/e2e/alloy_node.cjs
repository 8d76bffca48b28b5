// Runs the unmodified alloy-node client against a local tailord: only the
// name of its host is resolved to 127.0.0.1:PORT. Prints what each call gave
// as one JSON object.
const https = require("https");
const fs = require("fs");
const [port, ca, key, workflow, integration, modules] = process.argv.slice(2);
const request = https.request;
const agent = new https.Agent({ ca: fs.readFileSync(ca), keepAlive: true });

https.request = (options, callback) =>
    request({ ...options, agent, hostname: "127.0.0.1", port,
              servername: options.hostname }, callback);

const Alloy = require(modules + "/alloy-node").Alloy ||
    require(modules + "/alloy-node");

async function main() {
    const seen = {};
    const note = async (name, promise) => {
        try {
            seen[name] = await promise;
        } catch (error) {
            seen[name] = { thrown: String(error) };
        }
    };
    const alloy = new Alloy(key);
    await note("identifyUnknown", alloy.identify("nobody"));
    await note("createUser", alloy.createUser({ username: "node", fullName: "Node" }));
    await note("identify", alloy.identify("node"));
    seen.userId = alloy.userId;
    seen.username = alloy.username;
    await note("token", alloy.getUserToken());
    await note("integrations", alloy.getIntegrations());
    await note("integration", alloy.getIntegration(integration));
    await note("workflows", alloy.getWorkflows());
    await note("workflow", alloy.getWorkflow(workflow));
    await note("versions", alloy.getVersions(workflow));
    await note("link", alloy.generateLink(integration));
    await note("apps", alloy.getApps());
    if (process.argv[8]) {
        await note("identifyAnn", alloy.identify(process.argv[8]));
        await note("event", alloy.event("order.recorded", { total: 5 }));
        await note("run", alloy.run(workflow, { total: 6 }));
        await note("runByName", alloy.run("Orders", { total: 7 }));
        await note("deactivate", alloy.deactivate({ workflowId: workflow }));
        await note("reactivate", alloy.reactivate({ workflowId: workflow }));
        await note("logs", alloy.getLogs(workflow));
        await note("analytics", alloy.getAnalytics(workflow));
        await note("details", alloy.getWorkflowDetails(workflow));
        await note("disableAll", alloy.disableAllWorkflows());
    }
    const stranger = new Alloy("no-such-key");
    await note("stranger", stranger.identify("node"));
    console.log(JSON.stringify(seen));
    agent.destroy();
}

main();
