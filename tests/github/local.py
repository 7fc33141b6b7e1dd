# SPDX-License-Identifier: Apache-2.0
"""LocalGitHub: the whole service on loopback, as one object."""

import os
import threading
import time
from dataclasses import dataclass

from . import (api, assets, bodies, faults, heads, limits, spoil, uploads,
               web)
from .pki import Pki
from .server import Listener, Log, Tls
from .store import Store

NAMES = {"api": "api.github.localhost", "web": "github.localhost",
         "upload": "uploads.github.localhost",
         "asset": "release-assets.githubusercontent.localhost"}
BASES = {"github": "", "ghes": "/api/v3", "gitea": "/api/v1"}
SETTLE_S = 10


@dataclass
class Urls:
    api: str
    web: str
    upload: str
    asset: str
    port: int


class LocalGitHub:
    """A GitHub with the releases of one folder.

    Options, all with a default:

    repo           what publish() and the helpers mean without saying
    flavour        "github", "ghes" (/api/v3) or "gitea" (/api/v1)
    names          "names": hosts below .localhost on one port, told apart
                   by SNI; "ports": "localhost" on one port for each host
    port           of the first listener; 0 is a free one
    log            file that gets a JSON line for each request
    pki            folder that keeps the certificates
    tokens         tokens that are good; None: all but those with "bad"
    private        repositories that need a token: names, or True for all
    renamed        {old name: new name}
    api_versions   good X-GitHub-Api-Version values; None: no check
    url_ttl_s      life of a link to the asset host
    expired_status what is said after it, 403 by default
    altered_status what is said to a link that was changed
    nbf            say 400 to the first request of each link
    popular        download_count moves with every look at a release
    gzip           pack JSON for who accepts it
    stream         asset URL answers 200 with the bytes (default on ghes)
    serve_direct   gitea: redirect downloads to the asset host
    limits         options of limits.Limits
    nginx          asset bytes from a real nginx; see gh.nginx.log()
    nginx_rate     bytes a second that it gives to each connection
    immutable_releases  what is published from now on cannot be changed
    commits        {branch or commit: Unix time of it}: what created_at says
                   of a release that is made there
    max_assets     of a release
    max_size       of an asset, in bytes
    nginx_api      the API too, as files: publish first, then start(), or
                   call gh.nginx.refresh()
    """

    def __init__(self, folder=None, repo="acme/thermostat",
                 flavour="github", names="names", port=0, log=None, pki=None,
                 tokens=None, private=(), renamed=None,
                 api_versions=(heads.API_VERSION,), url_ttl_s=300,
                 expired_status=403, altered_status=403, nbf=False,
                 popular=False, gzip=True, stream=None, serve_direct=False,
                 limits_options=None, nginx=False, nginx_api=False,
                 nginx_rate=0, immutable_releases=False, commits=None,
                 max_assets=uploads.MAX_ASSETS, max_size=uploads.MAX_SIZE):
        self.repo = repo
        self.flavour = flavour
        self.base = BASES[flavour]
        self.named = names == "names"
        self.first_port = port
        self.tokens = tokens
        self.private = private
        self.renamed = dict(renamed or {})
        self.api_versions = api_versions
        self.url_ttl_s = url_ttl_s
        self.expired_status = expired_status
        self.altered_status = altered_status
        self.nbf = nbf
        self.popular = popular
        self.gzip = gzip
        self.stream = flavour == "ghes" if stream is None else stream
        self.serve_direct = serve_direct
        options = {"enabled": flavour == "github", **(limits_options or {})}
        self.limits = limits.Limits(**options)
        self.pki = Pki(pki)
        self.ca_file = self.pki.ca_file
        self.store = Store(folder)
        self.faults = faults.Faults()
        self.logbook = Log(log)
        self.immutable_releases = immutable_releases
        self.commits = dict(commits or {})
        self.max_assets = max_assets
        self.max_size = max_size
        self.secret = os.urandom(32)
        self.counts = {}
        self.too_early = set()
        self.stamps = {}
        self.stopping = threading.Event()
        self.open_connections = set()
        self.listeners = []
        self.nginx = None
        self.wants_nginx = nginx, nginx_api
        self.nginx_rate = nginx_rate
        self.tls = Tls(self.pki)

    # Life

    def start(self):
        roles = (None,) if self.named else ("api", "web", "upload", "asset")
        for role in roles:
            port = self.first_port if role in (None, "api") else 0
            self.listeners.append(Listener(self, port, role))
        plain = Listener(self, 0, "api", tls=False)
        self.http_url = "http://localhost:%d" % plain.port
        self.urls = self.make_urls()
        self.bodies = bodies.Bodies(self.urls, self.flavour, self.counts)
        self.listeners.append(plain)
        self.start_nginx()
        for listener in self.listeners:
            listener.thread.start()
        return self

    def start_nginx(self):
        if any(self.wants_nginx):
            from .nginx import Nginx
            self.nginx = Nginx(self, self.wants_nginx[1], self.nginx_rate)
            self.nginx.start()

    def make_urls(self):
        ports = {l.role: l.port for l in self.listeners}
        if self.named:
            url = {r: "https://%s:%d" % (n, ports[None])
                   for r, n in NAMES.items()}
        else:
            url = {r: "https://localhost:%d" % ports[r] for r in NAMES}
        first = self.listeners[0].port
        if self.flavour == "github":
            return Urls(url["api"], url["web"], url["upload"], url["asset"],
                        first)
        host = url["web"] if self.named else url["api"]
        return Urls(host + self.base, host, host + "/api/uploads",
                    url["asset"], first)

    def stop(self):
        self.stopping.set()
        for listener in self.listeners:
            listener.close()
        for connection in list(self.open_connections):
            connection.close()
        if self.nginx:
            self.nginx.stop()
        self.settle()
        self.logbook.close()
        self.store.close()

    __enter__ = start

    def __exit__(self, *_):
        self.stop()

    # What a test asks for

    @property
    def api_url(self):
        return self.urls.api

    @property
    def web_url(self):
        return self.urls.web

    @property
    def asset_hosts(self):
        """Suffixes that a client must allow redirects to."""
        return ".githubusercontent.localhost"

    @property
    def log(self):
        """The requests so far, oldest first."""
        return self.logbook.requests

    @property
    def connections(self):
        """The connections so far, failed handshakes too."""
        return self.logbook.connections

    def settle(self, timeout_s=SETTLE_S):
        """Waits until no reply is under way."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            if all(r["done"] for r in list(self.log)):
                return True
            time.sleep(0.01)
        return False

    def forget(self):
        """Empties the logs."""
        self.log.clear()
        self.connections.clear()

    # What a test changes

    def publish(self, tag, files=None, repo=None, **meta):
        """Publishes a release, at once; see store.py for META."""
        return self.store.publish(repo or self.repo, tag, files or {},
                                  **meta)

    def make_repo(self, repo=None):
        """An empty repository, to publish to through the API."""
        (self.store.folder / (repo or self.repo)).mkdir(parents=True,
                                                        exist_ok=True)

    def release(self, tag, repo=None):
        full_name = repo or self.repo
        return next(r for r in self.store.repo(*full_name.split("/")).releases
                    if r.tag == tag)

    def asset(self, tag, name, repo=None):
        return next(a for a in self.release(tag, repo).assets
                    if a.name == name)

    def replace(self, tag, name, data, repo=None, new_id=False):
        self.store.replace(self.asset(tag, name, repo), data, new_id)

    def remove(self, tag, repo=None):
        self.store.remove(self.release(tag, repo))

    def pin_latest(self, tag, repo=None):
        self.store.pin_latest(repo or self.repo, tag)

    def rename(self, old, new):
        """OLD answers 301 to NEW, which is where the releases are."""
        self.renamed[old] = new

    def fault(self, name, arg=None, **how):
        """Switches a fault on; see faults.py. Returns it (hits counted)."""
        return self.faults.add(name, arg, **how)

    def clear_faults(self, name=None):
        self.faults.clear(name)

    def certificate(self, family, variant):
        """Which certificate "api" (with web) or "asset" shows from now on;
        or "tls1.2", "tls1.3". Variants: pki.VARIANTS."""
        self.tls.set(family, variant)

    # What the parts of the server ask for

    def family(self, listener, name):
        """Which certificate a connection gets; None: nobody we know."""
        if not self.named:
            return "asset" if listener.role == "asset" else "api"
        if name and name.endswith(".githubusercontent.localhost"):
            return "asset"
        return "api" if name in NAMES.values() else None

    def classify(self, request, listener, sni, host):
        """Says who is asked (role) and for what kind of thing."""
        name = sni if self.named and sni else host.split(":")[0]
        role = listener.role or next(
            (r for r, n in NAMES.items() if n == name), "api")
        request.origin = ("https://" if listener.tls else "http://") + host
        if self.flavour != "github" and role != "asset":
            role = "api" if request.path.startswith(self.base + "/") \
                else "web"
            if request.path.startswith("/api/uploads/"):
                role = "upload"
        request.role = role
        request.known = self.token_ok(request)
        request.kind = self.kind_of(request, role)

    def kind_of(self, request, role):
        if role == "api" and "/releases/assets/" in request.path \
                and request.wants_bytes():
            return "asset" if self.stream else "link"
        if role == "web" and "/download/" in request.path:
            direct = self.flavour == "gitea" and not self.serve_direct
            return "asset" if direct else "link"
        return role

    def reply(self, request):
        handler = {"api": api.handle, "web": web.handle,
                   "asset": assets.handle,
                   "upload": uploads.handle}[request.role]
        return spoil.spoil_reply(handler(self, request), request)

    def token_ok(self, request):
        token = (request.header("authorization") or "").split(" ")[-1]
        if not token:
            return False
        if self.tokens is None:
            return "bad" not in token
        return token in self.tokens

    def is_private(self, repo):
        return self.private is True or repo.full_name in self.private

    def may_read(self, request, repo):
        return not self.is_private(repo) or request.known

    def version(self, request):
        """What x-github-api-version-selected says; old servers: nothing."""
        if self.flavour != "github" or self.api_versions is None:
            return None
        return request.header("x-github-api-version") or heads.API_VERSION

    def modified(self, path, release):
        """Last-Modified of a URL: moves whenever its content does, even
        twice in a second or back to an older release."""
        mark = (release.id, tuple((a.id, a.mtime_ns, a.size)
                                  for a in release.assets))
        old, stamp = self.stamps.get(path, (mark, 0))
        natural = release.updated
        if old != mark or not stamp:
            stamp = max(natural, stamp + 1)
        self.stamps[path] = (mark, stamp)
        return stamp

    def looked_at(self, release):
        """On a popular repository somebody downloads all the time."""
        if self.popular:
            for asset in release.assets:
                self.counts[asset.id] = self.counts.get(asset.id, 0) + 1

    def linked(self, asset, path):
        if self.nginx:
            self.nginx.link(asset, path)

    def swap(self, asset, more):
        """Puts other bytes in the place of an asset (fault "replaced")."""
        data = bytes(b ^ 0x55 for b in asset.path.read_bytes())
        data = data + b"+" * more if more >= 0 else data[:more]
        self.store.replace(asset, data)
