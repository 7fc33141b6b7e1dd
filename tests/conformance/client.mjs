// SPDX-License-Identifier: Apache-2.0
// GitHub's own client against the local GitHub.

import assert from "node:assert/strict";
import dns from "node:dns";
import fs from "node:fs";
import { Octokit } from "@octokit/rest";

const facts = JSON.parse(process.env.GITHUB_FACTS);
const [owner, repo] = facts.repo.split("/");
const bytes = fs.readFileSync(facts.asset);

// names below .localhost are this machine (RFC 6761)
const lookup = dns.lookup;
dns.lookup = (name, ...rest) =>
    lookup(name.endsWith(".localhost") ? "127.0.0.1" : name, ...rest);

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const options = { baseUrl: facts.api, log: quiet };
const octokit = new Octokit(options);
const writer = new Octokit({ ...options, auth: "good" });
const repos = octokit.rest.repos;
const octets = { accept: "application/octet-stream" };

const tests = {
    async "latest is the newest full release"() {
        const { data } = await repos.getLatestRelease({ owner, repo });
        assert.equal(data.tag_name, "v1.6.0");
        assert.deepEqual(data.assets.map(a => a.name),
            ["app.bin", "notes.txt"]);
    },

    async "a release is found by its tag, an odd one too"() {
        for (const tag of ["v1.2.0", "fw/v2.0.0+b1"]) {
            const { data } = await repos.getReleaseByTag({ owner, repo, tag });
            assert.equal(data.tag_name, tag);
        }
    },

    async "a release is found by its id"() {
        const latest = await repos.getLatestRelease({ owner, repo });
        const { data } = await repos.getRelease(
            { owner, repo, release_id: latest.data.id });
        assert.deepEqual(data, latest.data);
    },

    async "a list has the published ones, with a token the drafts"() {
        const seen = await repos.listReleases({ owner, repo });
        assert.equal(seen.data.length, 8);
        const all = await writer.rest.repos.listReleases({ owner, repo });
        assert.equal(all.data.length, 9);
    },

    async "paginate follows the links through all pages"() {
        const all = await octokit.paginate(repos.listReleases,
            { owner, repo, per_page: 3 });
        assert.equal(all.length, 8);
        assert.equal(new Set(all.map(r => r.id)).size, 8);
        const { data } = await repos.getLatestRelease(
            { owner: "acme", repo: "many" });
        const assets = await octokit.paginate(repos.listReleaseAssets,
            { owner: "acme", repo: "many", release_id: data.id });
        assert.equal(assets.length, 120);
    },

    async "an asset is described"() {
        const latest = await repos.getLatestRelease({ owner, repo });
        const { data } = await repos.getReleaseAsset(
            { owner, repo, asset_id: latest.data.assets[0].id });
        assert.equal(data.size, bytes.length);
        assert.match(data.digest, /^sha256:[0-9a-f]{64}$/);
    },

    async "the bytes of an asset come, with and without a token"() {
        for (const client of [octokit, writer]) {
            const latest = await client.rest.repos.getLatestRelease(
                { owner, repo });
            const { data } = await client.rest.repos.getReleaseAsset({
                owner, repo, asset_id: latest.data.assets[0].id,
                headers: octets,
            });
            assert.ok(bytes.equals(Buffer.from(data)));
        }
    },

    async "the browser's address leads to the same bytes"() {
        const { data } = await repos.getLatestRelease({ owner, repo });
        const answer = await fetch(data.assets[0].browser_download_url);
        assert.ok(bytes.equals(Buffer.from(await answer.arrayBuffer())));
    },

    async "a renamed repository is followed"() {
        const { data } = await repos.getLatestRelease(
            { owner, repo: "old-name" });
        assert.equal(data.tag_name, "v1.6.0");
    },

    async "an unchanged release is 304"() {
        const { headers } = await repos.getLatestRelease({ owner, repo });
        await assert.rejects(repos.getLatestRelease({ owner, repo,
            headers: { "if-modified-since": headers["last-modified"] } }),
        { status: 304 });
    },

    async "errors carry their status and their words"() {
        await assert.rejects(repos.getReleaseByTag(
            { owner, repo, tag: "nothing" }),
        { status: 404, message: /Not Found/ });
        const wrong = new Octokit({ ...options, auth: "bad" });
        await assert.rejects(wrong.rest.repos.getLatestRelease(
            { owner, repo }), { status: 401, message: /Bad credentials/ });
    },

    async "the budget is told"() {
        const { headers } = await repos.getLatestRelease({ owner, repo });
        assert.equal(headers["x-ratelimit-limit"], "60");
        const { data } = await octokit.rest.rateLimit.get();
        assert.equal(data.rate.limit, 60);
    },

    async "a release is drafted, filled, published and deleted"() {
        const w = writer.rest.repos;
        const draft = await w.createRelease(
            { owner, repo, tag_name: "v9.0.0", draft: true });
        const sent = await w.uploadReleaseAsset({
            url: draft.data.upload_url, owner, repo,
            release_id: draft.data.id, name: "app.bin", label: "firmware",
            data: "12345",
        });
        assert.equal(sent.data.size, 5);
        assert.equal(sent.data.label, "firmware");
        await w.updateRelease({ owner, repo, release_id: draft.data.id,
            draft: false });
        const { data } = await repos.getLatestRelease({ owner, repo });
        assert.equal(data.tag_name, "v9.0.0");
        await w.deleteReleaseAsset({ owner, repo, asset_id: sent.data.id });
        await w.deleteRelease({ owner, repo, release_id: draft.data.id });
        const after = await repos.getLatestRelease({ owner, repo });
        assert.equal(after.data.tag_name, "v1.6.0");
    },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
    try {
        await test();
        console.log(`ok octokit: ${name}`);
    } catch (problem) {
        failed++;
        console.log(`FAILED ${name}: ${problem.message.split("\n")[0]}`,
            problem.cause ?? "");
    }
}
process.exit(failed ? 1 : 0);
