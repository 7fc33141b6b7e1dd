# SPDX-License-Identifier: Apache-2.0
"""A real nginx in the place of the asset host, and of the API if wished.

What it says to Range and If-Range is nobody's imitation, and it is fast
enough to measure a client with. Links lead to it; it does not look at their
signatures, but says 400 to an Authorization header as the asset host does.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from . import assets, bodies, heads

PATIENCE_S = 10

MAIN = """\
%(user)s
daemon off;
worker_processes 1;
pid %(dir)s/nginx.pid;
error_log %(dir)s/error.log warn;
events { worker_connections 256; }
http {
    log_format lines escape=json '{"time":$msec,"conn":$connection,'
        '"sni":"$ssl_server_name","tls":"$ssl_protocol",'
        '"host":"$http_host","method":"$request_method",'
        '"target":"$request_uri","range":"$http_range",'
        '"if_range":"$http_if_range","authorization":"$http_authorization",'
        '"user_agent":"$http_user_agent","accept":"$http_accept",'
        '"status":$status,"sent":$body_bytes_sent}';
    access_log %(dir)s/access.log lines;
    client_body_temp_path %(dir)s/body;
    proxy_temp_path %(dir)s/proxy;
    fastcgi_temp_path %(dir)s/fastcgi;
    uwsgi_temp_path %(dir)s/uwsgi;
    scgi_temp_path %(dir)s/scgi;
    default_type application/octet-stream;
    sendfile on;
    tcp_nodelay on;
    keepalive_requests 100000;
    ssl_protocols TLSv1.2 TLSv1.3;
%(servers)s}
"""

ASSETS = """\
    server {
        listen 127.0.0.1:%(port)d ssl;
        ssl_certificate %(chain)s;
        ssl_certificate_key %(key)s;
        root %(dir)s/root;
%(pace)s        if ($http_authorization) { return 400; }
    }
"""

# Many small pieces: as even as a slow line, and little is on its way.
PACE = """\
        sendfile off;
        output_buffers 1 4k;
        ssl_buffer_size 4k;
        limit_rate %d;
"""

API = """\
    server {
        listen 127.0.0.1:%(port)d ssl;
        ssl_certificate %(chain)s;
        ssl_certificate_key %(key)s;
%(locations)s    }
"""


def available():
    return shutil.which("nginx", path=os.environ.get("PATH", "")
                        + ":/usr/sbin:/usr/local/sbin")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


class Nginx:
    def __init__(self, server, with_api=False, rate=0):
        if not available():
            raise RuntimeError("nginx is not installed (nginx-light)")
        self.server = server
        self.with_api = with_api
        self.pace = PACE % rate if rate else ""
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="local-nginx-"))
        (self.dir / "root").mkdir()
        self.port, self.api_port = free_port(), free_port()
        self.process = None
        self.redirect_urls()

    def redirect_urls(self):
        """From now on the service's URLs lead here."""
        urls = self.server.urls
        urls.asset = "%s:%d" % (urls.asset.rsplit(":", 1)[0], self.port)
        if self.with_api:
            host, _, base = urls.api.split("//")[1].partition("/")
            urls.api = "https://%s:%d%s" % (
                host.split(":")[0], self.api_port, base and "/" + base)

    def start(self):
        self.configure()
        self.process = subprocess.Popen(
            [available(), "-p", str(self.dir), "-e",
             str(self.dir / "error.log"), "-c", str(self.dir / "nginx.conf")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.02)
        log = (self.dir / "error.log").read_text()
        self.stop()
        raise RuntimeError("nginx did not start: " + log)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

    def refresh(self):
        """Has the API's files say what the releases are now."""
        self.configure()
        self.process.send_signal(signal.SIGHUP)

    def configure(self):
        chain, key = self.server.pki.files("asset")
        servers = ASSETS % {"port": self.port, "chain": chain, "key": key,
                            "dir": self.dir, "pace": self.pace}
        if self.with_api:
            chain, key = self.server.pki.files("api")
            servers += API % {"port": self.api_port, "chain": chain,
                              "key": key, "locations": self.locations()}
        user = "user root;" if os.geteuid() == 0 else ""
        (self.dir / "nginx.conf").write_text(
            MAIN % {"dir": self.dir, "user": user, "servers": servers})

    def locations(self):
        """Each release and each asset URL, as files and redirects."""
        text = "".join('        add_header %s "%s" always;\n' % pair
                       for pair in heads.tail())
        for repo in self.server.store.repos():
            base = "%s/repos/%s/releases" % (self.server.base,
                                             repo.full_name)
            latest = repo.latest()
            if latest:
                text += self.file(base + "/latest", latest)
            for release in repo.releases:
                text += self.file("%s/tags/%s" % (base, release.tag),
                                  release)
                text += "".join(self.redirect(base, a)
                                for a in release.assets)
        return text

    def file(self, path, release):
        name = self.dir / ("%d.json" % release.id)
        name.write_bytes(bodies.text_of(
            self.server.bodies.release(release)))
        os.utime(name, (release.updated, release.updated))
        return ('        location = "%s" { default_type "%s"; alias %s; }\n'
                % (path, heads.JSON, name))

    def redirect(self, base, asset):
        return ('        location = "%s/assets/%d" { return 302 "%s"; }\n'
                % (base, asset.id, assets.sign(self.server, asset)))

    def link(self, asset, path):
        """Puts the asset where a link to it leads."""
        place = self.dir / "root" / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        new = place.with_name(place.name + ".new-%d" % time.monotonic_ns())
        new.symlink_to(asset.path)
        new.rename(place)

    def log(self, count=0):
        """The requests that were finished so far, at least COUNT: nginx
        writes a line a moment after the client has its answer."""
        end = time.monotonic() + PATIENCE_S
        while True:
            lines = self.lines()
            if len(lines) >= count or time.monotonic() > end:
                return [json.loads(line) for line in lines]
            time.sleep(0.01)

    def lines(self):
        try:
            text = (self.dir / "access.log").read_text()
        except FileNotFoundError:
            return []
        return text[:text.rfind("\n") + 1].splitlines()
