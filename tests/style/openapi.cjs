// Lints an OpenAPI document: openapi.cjs FOLDER-OF-OPENAPI-CORE FILE prints a
// line for each problem. Two rules are off: every operation has a `default`
// answer for errors, and the server is whoever installs it.
const [core, file] = process.argv.slice(2);
const { lint, createConfig } = require(core);

async function main() {
  const config = await createConfig({
    extends: ["recommended"],
    rules: { "operation-4xx-response": "off", "no-server-example.com": "off" },
  });
  const problems = await lint({ ref: file, config });
  for (const p of problems)
    console.log(`${p.ruleId}: ${p.message.split("\n")[0]} ` +
                `${p.location[0].pointer}`);
  process.exit(problems.length ? 1 : 0);
}

main();
