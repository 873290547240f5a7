// Walks every page and the main journeys as a person does, at phone and desktop width, in a real browser.
//
// Each page that is reached is held against axe-core (no serious or critical fault), must fit its width, must ask no other
// server, must say nothing on the console, and leaves a picture. A journey also checks what it came for. Ends with
// `browser: N passed, N failed` and with status 1 where anything failed.
//
// Arguments: the folder of the npm packages, the folder for pictures, the address of a running server, the folder of the
// repository's examples, and documents (HTML files) to look at.

import { createRequire } from "node:module";
import { readFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [packages, pictures, base, examples, ...documents] = process.argv.slice(2);
const need = createRequire(path.join(path.resolve(packages), "package.json"));
const { chromium } = need("playwright-core");
const axe = readFileSync(need.resolve("axe-core/axe.min.js"), "utf8");
mkdirSync(pictures, { recursive: true });

let passed = 0;
const failures = [];

function check(holds, what) {
  if (holds) passed += 1;
  else {
    failures.push(what);
    console.log(`FAILED ${what}`);
  }
}

// What stands in the way of somebody with a screen reader or a keyboard, as axe sees it.
async function faults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const grave = violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
  return grave.map((v) => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

class Walk {
  constructor(page, width) {
    this.page = page;
    this.width = width;
    this.seen = 0;
  }

  async look(name) {
    const { page, width } = this;
    const where = `${name} at ${width.name}`;
    const grave = await faults(page);
    check(grave.length === 0, `${where}: axe: ${grave.join("; ")}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    check(wide <= 1, `${where}: ${wide} pixels wider than the screen`);
    this.seen += 1;
    const number = String(this.seen).padStart(2, "0");
    await page.screenshot({ path: path.join(pictures, `${width.name}-${number}-${name}.png`), fullPage: true });
  }

  async open(address, name) {
    const answer = await this.page.goto(`${base}${address}`);
    check(answer.status() === 200, `${name}: status ${answer.status()}`);
    await this.look(name);
  }

  async press(name) {
    await Promise.all([this.page.waitForNavigation(), this.page.getByRole("button", { name, exact: true }).first().click()]);
  }

  async says(text, where) {
    const shown = await this.page.locator("main").innerText();
    check(shown.includes(text), `${where} at ${this.width.name}: “${text}” is not on the page`);
  }
}

// A symptom that cannot wait; and the questions by keyboard alone.
async function symptoms(walk) {
  const { page } = walk;
  await walk.open("/", "home");
  await page.getByRole("link", { name: "A symptom worries me" }).click();
  await walk.look("symptoms");
  await page.getByRole("radio", { name: "Yes" }).first().check();
  await walk.press("Go on");
  await walk.look("symptoms-emergency");
  await walk.says("Call the emergency number now", "symptoms");
  await page.goto(`${base}/symptoms`);
  for (let screen = 0; screen < 60 && (await page.getByRole("button", { name: "Go on" }).count()); screen += 1) {
    for (const group of await page.getByRole("group").all()) {
      const no = group.getByRole("radio", { name: "No", exact: true });
      if (await no.count()) {
        await no.focus();
        await page.keyboard.press("Space");
      }
    }
    await page.getByRole("button", { name: "Go on" }).focus();
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  }
  await walk.look("symptoms-nothing-urgent");
  await walk.says("This is the least that should be done", "symptoms");
}

async function patient(walk) {
  const { page } = walk;
  await walk.open("/report", "report");
  await page.getByLabel("Has the cancer spread to other parts of the body?").selectOption("metastatic");
  await page.getByLabel("HER2, the stain (IHC)").selectOption("3+");
  await page.getByLabel("ER (estrogen receptor): how many percent of the cells?").fill("80");
  await walk.press("What does it mean?");
  await walk.look("report-explained");
  await walk.says("Medicines that aim at HER2 can work", "report");
  await page.getByRole("link", { name: "Make a list of questions to take along" }).click();
  await walk.look("questions");
  await page.getByRole("checkbox", { name: "What is the goal of my treatment?" }).check();
  await page.getByRole("checkbox", { name: "Is there a trial that I could join?" }).check();
  await page.getByLabel("Your own questions, one a line").fill("Can my dog come?");
  await walk.press("Make my list");
  await walk.look("questions-list");
  await walk.says("Can my dog come?", "questions");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Keep as a text file" }).click()]);
  check(readFileSync(await file.path(), "utf8").includes("3. Can my dog come?"), "the list as a file");
  await walk.open("/words", "words");
  await walk.open("/help", "help");
}

async function record(walk) {
  const { page } = walk;
  await walk.open("/clinician", "record");
  await page.getByLabel("FHIR R4 as JSON").setInputFiles(path.join(examples, "jenny-m.json"));
  await walk.press("Show the sheet");
  await walk.look("record-sheet");
  check((await page.locator("article").count()) === 1, "one patient has one sheet");
  await page.goto(`${base}/clinician`);
  await page.getByLabel("or the text of it").fill("this is no record");
  await walk.press("Show the sheet");
  await walk.look("record-refused");
  await walk.says("No patient was found", "record");
}

// A case typed in, a fact changed, saved, opened again, deleted.
async function typed(walk) {
  const { page } = walk;
  await walk.open("/clinician/case", "case");
  const fill = async (fact, value) => {
    const control = page.locator(`[id="${fact}"]`);
    const group = page.locator("details", { has: control });
    if (!(await control.isVisible())) await group.locator("summary").click();
    if (await control.evaluate((element) => element.tagName === "SELECT")) await control.selectOption(value);
    else await control.fill(value);
  };
  await fill("her2.status", "positive");
  await fill("disease.setting", "metastatic");
  await fill("therapy.line", "1");
  await fill("lvef.latest", "60");
  await walk.press("Assess");
  await walk.look("case-sheet");
  await fill("lvef.latest", "30");
  await walk.press("Assess");
  await walk.look("case-changed");
  await walk.says("What changed", "case");
  await walk.says("contraindicated", "case");
  await page.getByLabel("Keep this case under a name").fill(`Case ${walk.width.name}`);
  await walk.press("Save");
  await walk.look("case-keep");
  await walk.press("Keep it");
  await walk.look("case-saved");
  await page.getByRole("link", { name: `Case ${walk.width.name}` }).click();
  check((await page.locator('[id="lvef.latest"]').inputValue()) === "30", "a saved case comes back as it was");
  await page.goto(`${base}/clinician/cases`);
  await walk.press(`Delete Case ${walk.width.name}`);
  await walk.says("There is none", "saved cases");
}

async function calculators(walk) {
  const { page } = walk;
  await walk.open("/calculators", "calculators");
  await walk.open("/calculators/her2", "her2");
  await page.getByLabel("IHC score").selectOption("2+");
  await page.getByLabel("Dual-probe ISH: HER2/CEP17 ratio").fill("2.1");
  await page.getByLabel("Dual-probe ISH: average HER2 copies per cell").fill("4.1");
  await walk.press("Work out");
  await walk.look("her2-answer");
  await walk.says("HER2 POSITIVE", "her2");
  for (const name of ["receptors", "stage", "response", "risk", "breast-gpa"]) await walk.open(`/calculators/${name}`, name);
  await page.getByLabel("Age in years").fill("45");
  await page.getByLabel("HER2-positive?").selectOption("yes");
  await walk.press("Work out");
  await walk.look("breast-gpa-answer");
  await walk.says("Not known", "breast-gpa");
  await page.goto(`${base}/calculators/risk`);
  await page.getByLabel("Age in years").fill("50");
  await walk.press("Work out");
  await walk.look("risk-answer");
  await walk.says("This woman", "risk");
  await walk.open("/calculators/survival", "survival");
  await page.getByLabel("or the table itself").fill("time,event,arm\n5,1,a\n8,0,a\n12,1,a\n3,1,b\n4,1,b\n9,0,b\n");
  await page.getByLabel("Column of groups").fill("arm");
  await walk.press("Draw the curves");
  await walk.look("survival-curves");
  await walk.says("Log-rank test", "survival");
  // The decision tables by keyboard alone.
  await walk.open("/tables/her2", "table-her2");
  await page.locator("table.decision td a").nth(29).focus();
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  await walk.look("table-her2-reading");
  await walk.says("After the blinded recount", "table");
  check(await page.locator("#reading").isVisible(), "the reading is shown");
  await walk.open("/tables/stage", "table-stage");
  await page.getByRole("link", { name: "IIB", exact: true }).first().click();
  await walk.look("table-stage-reading");
}

async function guideline(walk) {
  const { page } = walk;
  await walk.open("/guideline", "guideline");
  await page.getByLabel("Search").fill("tucatinib");
  await walk.press("Search");
  await walk.look("guideline-search");
  await page.locator("main li a").first().click();
  await walk.look("guideline-statement");
  await walk.open("/guideline/changes", "guideline-changes");
}

async function exported(walk) {
  for (const document of documents) {
    await walk.page.goto(pathToFileURL(path.resolve(document)).href);
    await walk.look(`document-${path.basename(document).replace(/\W+/g, "-")}`);
  }
}

const JOURNEYS = { symptoms, patient, record, typed, calculators, guideline, exported };
const WIDTHS = [
  { name: "phone", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  { name: "desktop", viewport: { width: 1280, height: 900 } },
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "chromium", args: ["--no-sandbox"] });
for (const width of WIDTHS) {
  const { name: _, ...settings } = width;
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("console", (message) => check(message.type() !== "error" || /status of 4\d\d/.test(message.text()), `console at ${page.url()}: ${message.text()}`));
  page.on("request", (request) => {
    const address = request.url();
    check(address.startsWith(base) || address.startsWith("file:") || address.startsWith("data:"), `a request to ${address}`);
  });
  const walk = new Walk(page, width);
  for (const [name, journey] of Object.entries(JOURNEYS)) {
    const started = Date.now();
    try {
      await journey(walk);
    } catch (error) {
      check(false, `the journey ${name} at ${width.name}: ${error.message.split("\n").slice(0, 4).join(" ")}`);
    }
    console.log(`${width.name}: ${name}, ${Math.round((Date.now() - started) / 100) / 10} s`);
  }
  await context.close();
}
await browser.close();
console.log(`browser: ${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
