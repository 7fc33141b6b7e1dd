// SPDX-License-Identifier: Apache-2.0
// GitHub's own client makes a release, as a publisher does: run.py then has a
// device install it. And it reads the release that rota-publish made.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import dns from "node:dns";
import fs from "node:fs";
import { Octokit } from "@octokit/rest";

const facts = JSON.parse(process.env.GITHUB_FACTS);
const [owner, repo] = facts.repo.split("/");
const bytes = fs.readFileSync(facts.asset);
const name = "thermostat-rpi-4.0.0.bin";

// names below .localhost are this machine (RFC 6761)
const lookup = dns.lookup;
dns.lookup = (host, ...rest) =>
    lookup(host.endsWith(".localhost") ? "127.0.0.1" : host, ...rest);

const log = { debug() {}, info() {}, warn() {}, error() {} };
const repos = new Octokit({ baseUrl: facts.api, auth: "good", log })
    .rest.repos;
const sha256 = data =>
    "sha256:" + crypto.createHash("sha256").update(data).digest("hex");
let draft, asset;

const upload = (as, data = bytes) => repos.uploadReleaseAsset({
    url: draft.upload_url, owner, repo, release_id: draft.id, name: as,
    data, headers: { "content-type": "application/octet-stream" },
});

const tests = {
    async "what rota-publish released is what octokit reads"() {
        const { data } = await repos.getReleaseByTag(
            { owner, repo, tag: "v3.9.0" });
        assert.equal(data.name, "By rota");
        assert.equal(data.draft, false);
        assert.deepEqual(data.assets.map(a => a.state), ["uploaded"]);
        assert.equal(data.assets[0].digest, sha256(bytes));
        const latest = await repos.getLatestRelease({ owner, repo });
        assert.equal(latest.data.id, data.id);
    },

    async "notes are generated"() {
        const { data } = await repos.generateReleaseNotes(
            { owner, repo, tag_name: "v4.0.0" });
        assert.equal(data.name, "v4.0.0");
        assert.match(data.body, /v3\.9\.0\.\.\.v4\.0\.0/);
    },

    async "a draft is made, and only writers see it"() {
        draft = (await repos.createRelease({ owner, repo, draft: true,
            tag_name: "v4.0.0", generate_release_notes: true })).data;
        assert.equal(draft.draft, true);
        assert.equal(draft.published_at, null);
        await assert.rejects(repos.getReleaseByTag(
            { owner, repo, tag: "v4.0.0" }), { status: 404 });
        const all = await repos.listReleases({ owner, repo });
        assert.ok(all.data.some(r => r.id === draft.id));
    },

    async "an asset is uploaded, renamed, and refused a second time"() {
        asset = (await upload("first.bin")).data;
        assert.equal(asset.digest, sha256(bytes));
        const { data } = await repos.updateReleaseAsset(
            { owner, repo, asset_id: asset.id, name, label: "firmware" });
        assert.equal(data.name, name);
        await assert.rejects(upload(name), { status: 422,
            message: /already_exists/ });
        const list = await repos.listReleaseAssets(
            { owner, repo, release_id: draft.id });
        assert.equal(list.data.length, 1);
    },

    async "an asset is deleted"() {
        const { data } = await upload("second.bin", "12345");
        await repos.deleteReleaseAsset({ owner, repo, asset_id: data.id });
        await assert.rejects(repos.getReleaseAsset(
            { owner, repo, asset_id: data.id }), { status: 404 });
    },

    async "a prerelease cannot be made the latest"() {
        await assert.rejects(repos.updateRelease({ owner, repo,
            release_id: draft.id, draft: false, prerelease: true,
            make_latest: "true" }), { status: 422 });
    },

    async "it is published and becomes the latest"() {
        const { data } = await repos.updateRelease({ owner, repo,
            release_id: draft.id, draft: false, make_latest: "true" });
        assert.ok(data.published_at);
        const latest = await repos.getLatestRelease({ owner, repo });
        assert.equal(latest.data.tag_name, "v4.0.0");
        await assert.rejects(repos.createRelease(
            { owner, repo, tag_name: "v4.0.0" }), { status: 422 });
    },
};

let failed = 0;
for (const [title, test] of Object.entries(tests)) {
    try {
        await test();
        console.log(`ok octokit publishes: ${title}`);
    } catch (problem) {
        failed++;
        console.log(`FAILED ${title}: ${problem.message.split("\n")[0]}`,
            problem.cause ?? "");
    }
}
process.exit(failed ? 1 : 0);
