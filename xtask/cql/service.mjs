// A CDS Hooks service on `cql-execution`: one question (is there a HER2-positive result?) of the prefetch, one card.
// It does far less than an assessment; it is here for scale. Arguments: the folder of the npm packages, the port.

import { createRequire } from "node:module";
import { createServer } from "node:http";
import path from "node:path";

const [packages, port] = process.argv.slice(2);
const need = createRequire(path.join(path.resolve(packages), "package.json"));
const cql = need("cql-execution");
const { PatientSource } = need("cql-exec-fhir");

// define "HER2": exists([Observation] O where O.code.coding contains 48676-1 or 85319-2 and value is 10828004), as ELM.
const property = (scope, name) => ({ type: "Property", path: name, scope });
const literal = (value) => ({ type: "Literal", valueType: "{urn:hl7-org:elm-types:r1}String", value });
const coded = (source, code) => ({
  type: "Exists",
  operand: {
    type: "Query",
    source: [{ alias: "C", expression: { type: "Property", path: "coding", source } }],
    relationship: [],
    where: { type: "Equal", operand: [{ type: "Property", path: "value", source: property("C", "code") }, literal(code)] },
  },
});
const library = new cql.Library({
  library: {
    identifier: { id: "Her2", version: "1" },
    schemaIdentifier: { id: "urn:hl7-org:elm", version: "r1" },
    usings: { def: [{ localIdentifier: "System", uri: "urn:hl7-org:elm-types:r1" }, { localIdentifier: "FHIR", uri: "http://hl7.org/fhir", version: "4.0.1" }] },
    statements: {
      def: [
        { name: "Patient", context: "Patient", expression: { type: "SingletonFrom", operand: { dataType: "{http://hl7.org/fhir}Patient", type: "Retrieve" } } },
        {
          name: "HER2",
          context: "Patient",
          accessLevel: "Public",
          expression: {
            type: "Exists",
            operand: {
              type: "Query",
              source: [{ alias: "O", expression: { type: "Retrieve", dataType: "{http://hl7.org/fhir}Observation" } }],
              relationship: [],
              where: {
                type: "And",
                operand: [
                  { type: "Or", operand: [coded(property("O", "code"), "48676-1"), coded(property("O", "code"), "85319-2")] },
                  coded({ type: "As", operand: property("O", "value"), asType: "{http://hl7.org/fhir}CodeableConcept" }, "10828004"),
                ],
              },
            },
          },
        },
      ],
    },
  },
});

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { prefetch } = JSON.parse(Buffer.concat(chunks));
  const entry = [];
  for (const part of Object.values(prefetch)) {
    if (part?.resourceType === "Bundle") entry.push(...(part.entry ?? []));
    else if (part) entry.push({ resource: part });
  }
  const source = PatientSource.FHIRv401();
  source.loadBundles([{ resourceType: "Bundle", type: "collection", entry }]);
  const results = await new cql.Executor(library).exec(source);
  const positive = Object.values(results.patientResults).some((result) => result.HER2);
  const answer = JSON.stringify({ cards: [{ summary: `HER2-positive result: ${positive}`, indicator: "info", source: { label: "cql-execution" } }] });
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(answer) }).end(answer);
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
