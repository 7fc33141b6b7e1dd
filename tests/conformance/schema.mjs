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
const send = (method, value) => ({ method, body: JSON.stringify(value) });
const write = async (name, target, path, status, verb, value) => {
    const got = await ask(target, send(verb.toUpperCase(), value));
    report(name, got.status == status
        ? judge(path, status, got.value, verb) : [`status ${got.status}`]);
    return got.value;
};
const ONE = `${BASE}/{release_id}`, ASSET = `${BASE}/assets/{asset_id}`;

const made = await write("create a draft", here, BASE, 201, "post",
    { tag_name: "v8.0.0", draft: true, name: "eight", body: "text" });
const mine = `${here}/${made.id}`;

// the upload host has a server of its own in the schema
const upload = await fetch(made.upload_url.split("{")[0] + "?name=a.bin", {
    method: "POST", body: "12345", headers: { authorization: "Bearer good",
        accept: "application/vnd.github+json" } });
const added = await upload.json();
report("upload an asset", upload.status == 201
    ? judge(`${ONE}/assets`, 201, added, "post") : [`${upload.status}`]);
await write("edit an asset", `${here}/assets/${added.id}`, ASSET, 200,
    "patch", { name: "b.bin", label: "B" });
const draft = await ask(mine);
report("the draft", judge(ONE, draft.status, draft.value));
await write("publish it", mine, ONE, 200, "patch",
    { draft: false, make_latest: "true" });
await write("create it again", here, BASE, 422, "post",
    { tag_name: "v8.0.0" });
await write("generate notes", `${here}/generate-notes`,
    `${BASE}/generate-notes`, 200, "post", { tag_name: "v8.1.0" });
const notes = await write("with generated notes", here, BASE, 201, "post",
    { tag_name: "v8.1.0", generate_release_notes: true });
const dropped = await ask(`${here}/assets/${added.id}`,
    { method: "DELETE" });
report("delete an asset", judge(ASSET, dropped.status, dropped.value,
    "delete"));
for (const ident of [made.id, notes.id]) {
    const gone = await ask(`${here}/${ident}`, { method: "DELETE" });
    report("delete a release", judge(ONE, gone.status, gone.value, "delete"));
}

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
