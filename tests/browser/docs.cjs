// Opens the page of the API's document in a browser without a screen, uses it, and prints what happened as JSON.
// Arguments: the page's address, the browser's program. `playwright-core` is found by NODE_PATH.
const { chromium } = require("playwright-core");

async function main(address, executablePath) {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const page = await browser.newPage();
  const origin = new URL(address).origin;
  const seen = { violations: [], errors: [], foreign: [] };
  page.on("console", (message) => {
    if (message.type() === "error") seen.errors.push(message.text());
  });
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  // Whatever leads elsewhere is noted and not followed: the page must do without.
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url.startsWith(origin + "/") || url.startsWith("data:")) return route.continue();
    seen.foreign.push(url);
    return route.abort();
  });
  await page.exposeFunction("noteViolation", (violation) => seen.violations.push(violation));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.noteViolation(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
  await page.goto(address);
  await page.waitForSelector(".opblock");
  seen.title = await page.textContent(".info .title");
  seen.operations = await page.locator(".opblock").count();
  // One operation with a body and one with an answer: most of what the page can draw.
  await page.click("#operations-jobs-create_job .opblock-summary-control");
  await page.waitForSelector("#operations-jobs-create_job .opblock-section-request-body .model-example");
  const health = "#operations-service-show_health";
  await page.click(`${health} .opblock-summary-control`);
  await page.click(`${health} .try-out__btn`);
  await page.click(`${health} .execute`);
  seen.status = (await page.textContent(`${health} .live-responses-table tbody .response-col_status`)).trim();
  await browser.close();
  console.log(JSON.stringify(seen));
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  process.exit(1);
});
