// SPDX-License-Identifier: Apache-2.0
// Every body of the local GitHub against GitHub's published schema. The
// schema allows keys that it does not name; here they are failures too.

import { createRequire } from "node:module";
import dns from "node:dns";

const require = createRequire(import.meta.url);
const Ajv = require("ajv");
const formats = require("ajv-formats");

const facts = JSON.parse(process.env.GITHUB_FACTS);
const api = require(
    `@octokit/openapi/generated/${facts.schema}.json`);
const ajv = new Ajv({ strict: false, allErrors: true });
formats(ajv);
ajv.addSchema({ $id: "api", components: api.components });

// names below .localhost are this machine (RFC 6761)
const lookup = dns.lookup;
dns.lookup = (name, ...rest) =>
    lookup(name.endsWith(".localhost") ? "127.0.0.1" : name, ...rest);

let failed = 0;

function report(name, problems) {
    if (problems.length) {
        failed++;
        console.log(`FAILED ${name}: ${problems.slice(0, 3).join("; ")}`);
    } else {
        console.log(`ok ${facts.schema}: ${name}`);
    }
}

function resolved(schema) {
    while (schema?.$ref) {
        schema = schema.$ref.replace("#/", "").split("/")
            .reduce((at, key) => at[key], api);
    }
    return schema;
}

// keys of a value that the schema does not name
function strangers(value, schema, where = "") {
    schema = resolved(schema);
    if (Array.isArray(value)) {
        return value.flatMap(v => strangers(v, schema.items, where + "[]"));
    }
    if (!value || typeof value != "object" || !schema?.properties) {
        return [];
    }
    return Object.keys(value).flatMap(key =>
        key in schema.properties
            ? strangers(value[key], schema.properties[key], `${where}.${key}`)
            : [`unknown key ${where}.${key}`]);
}

// what is wrong with the answer to a documented operation
function judge(path, status, value, verb = "get") {
    const answer = resolved(api.paths[path][verb].responses[status]);
    if (!answer) {
        return [`status ${status} is not documented`];
    }
    const schema = answer.content?.["application/json"].schema;
    if (!schema) {
        return value === null ? [] : ["a body that is not documented"];
    }
    const text = JSON.stringify(schema).replaceAll('"#/', '"api#/');
    const check = ajv.compile(JSON.parse(text));
    check(value);
    return (check.errors ?? []).map(e => `${e.instancePath} ${e.message}`)
        .concat(strangers(value, schema));
}

async function ask(target, options = {}) {
    const answer = await fetch(facts.api + target, {
        ...options, redirect: "manual",
        headers: { accept: "application/vnd.github+json",
            authorization: "Bearer good", ...options.headers },
    });
    const text = await answer.text();
    return { status: answer.status, value: text ? JSON.parse(text) : null };
}

const BASE = "/repos/{owner}/{repo}/releases";
const here = `/repos/${facts.repo}/releases`;
const latest = (await ask(`${here}/latest`)).value;
const asset = latest.assets[0];

const questions = [
    ["latest", `${here}/latest`, `${BASE}/latest`, 200],
    ["by tag", `${here}/tags/v1.3.0`, `${BASE}/tags/{tag}`, 200],
    ["by an odd tag", `${here}/tags/fw%2Fv2.0.0%2Bb1`, `${BASE}/tags/{tag}`,
        200],
    ["by id", `${here}/${latest.id}`, `${BASE}/{release_id}`, 200],
    ["a list with a draft and a prerelease", here, BASE, 200],
    ["the assets of a release", `${here}/${latest.id}/assets`,
        `${BASE}/{release_id}/assets`, 200],
    ["a hundred assets", "/repos/acme/many/releases/latest", `${BASE}/latest`,
        200],
    ["one asset", `${here}/assets/${asset.id}`, `${BASE}/assets/{asset_id}`,
        200],
    ["no such tag", `${here}/tags/nothing`, `${BASE}/tags/{tag}`, 404],
    ["no such asset", `${here}/assets/1`, `${BASE}/assets/{asset_id}`, 404],
    ["no such list", "/repos/acme/nothing/releases", BASE, 404],
];

for (const [name, target, path, status] of questions) {
    const got = await ask(target);
    report(name, got.status == status ? judge(path, status, got.value)
        : [`status ${got.status}, not ${status}`]);
}

// the write side
const post = body => ({ method: "POST", body: JSON.stringify(body) });
const made = await ask(here, post({ tag_name: "v8.0.0", draft: true,
    name: "eight", body: "text" }));
report("create a release", judge(BASE, made.status, made.value, "post"));
const again = await ask(here, post({ tag_name: "v8.0.0" }));
report("create it again", again.status == 422
    ? judge(BASE, 422, again.value, "post") : [`status ${again.status}`]);
const edited = await ask(`${here}/${made.value.id}`,
    { method: "PATCH", body: '{"draft":false}' });
report("publish it",
    judge(`${BASE}/{release_id}`, edited.status, edited.value, "patch"));
const gone = await ask(`${here}/${made.value.id}`, { method: "DELETE" });
report("delete it",
    judge(`${BASE}/{release_id}`, gone.status, gone.value, "delete"));

// the judge itself
const spoilt = structuredClone(latest);
delete spoilt.assets[0].id;
spoilt.assets[0].size = "12";
spoilt.created_at = "yesterday";
spoilt.more = 1;
report("a spoilt body is found out",
    judge(`${BASE}/latest`, 200, spoilt).length >= 4 ? []
        : ["it was taken for good"]);

process.exit(failed ? 1 : 0);
