# SPDX-License-Identifier: Apache-2.0
"""Runs the local GitHub by itself: python3 -m github --dir FOLDER"""

import argparse
import json
import os
import shutil
import signal
import sys
import threading

from . import faults
from .local import BASES, LocalGitHub
from .pki import VARIANTS


def options():
    p = argparse.ArgumentParser(
        prog="python3 -m github", description=__doc__.split(":")[0]
        + ", on loopback, until SIGTERM.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="faults, NAME[=ARG][@ON][/SKIP][*TIMES]:\n"
               + faults.help_text() + "\n\ncertificates:\n"
               + "\n".join("  %-12s %s" % v for v in VARIANTS.items())
               + "\n  tls1.2, tls1.3  only that version")
    add = p.add_argument
    add("--dir", metavar="FOLDER", help="releases: FOLDER/OWNER/REPO/TAG/"
        "files, read again for each request; default: an empty one")
    add("--repo", default="acme/thermostat", help="default %(default)s")
    add("--port", type=int, default=0, help="default: a free one")
    add("--flavour", choices=BASES, default="github")
    add("--names", choices=("names", "ports"), default="names",
        help="hosts told apart by name (default) or by port")
    add("--ready-file", metavar="F", help="written when all is up: JSON with "
        "api, web, asset, http, ca and pid")
    add("--log", metavar="F", help="a JSON line for each request")
    add("--ca-out", metavar="DIR", help="copies the trust file to DIR/ca.pem")
    add("--pki", metavar="DIR", help="keeps the certificates; default "
        "$ROTA_PKI_DIR or build/pki")
    add("--fault", action="append", default=[], metavar="NAME[=ARG]")
    add("--tls", action="append", default=[], metavar="FAMILY=VARIANT",
        help="certificate of api (and web) or asset")
    add("--token", action="append", metavar="T", help="a good token; "
        "without any, all are good but those with \"bad\" in them")
    add("--private", action="append", default=[], metavar="OWNER/REPO")
    add("--renamed", action="append", default=[], metavar="OLD=NEW")
    add("--url-ttl", type=float, default=300, metavar="S",
        help="life of a link to the asset host")
    add("--expired-status", type=int, default=403)
    add("--nbf", action="store_true", help="400 to a link's first request")
    add("--stream", action="store_true", default=None,
        help="the asset URL answers 200 with the bytes")
    add("--popular", action="store_true", help="download_count moves always")
    add("--rate", type=int, metavar="N", help="enforce a limit of N requests "
        "an hour without a token")
    add("--no-rate", action="store_true", help="no X-RateLimit lines")
    add("--nginx", action="store_true", help="asset bytes by nginx")
    add("--nginx-api", action="store_true", help="the API as files, too")
    return p


def build(args):
    limits = {}
    if args.rate is not None:
        limits = {"enforced": True, "public": args.rate}
    if args.no_rate:
        limits = {"enabled": False}
    gh = LocalGitHub(
        args.dir, repo=args.repo, flavour=args.flavour, names=args.names,
        port=args.port, log=args.log, pki=args.pki, tokens=args.token,
        private=args.private,
        renamed=dict(r.split("=", 1) for r in args.renamed),
        url_ttl_s=args.url_ttl, expired_status=args.expired_status,
        nbf=args.nbf, stream=args.stream, popular=args.popular,
        limits_options=limits, nginx=args.nginx, nginx_api=args.nginx_api)
    try:
        switch(gh, args)
    except ValueError:
        gh.stop()
        raise
    return gh


def switch(gh, args):
    for text in args.fault:
        gh.faults.add_switch(text)
    for text in args.tls:
        family, _, variant = text.partition("=")
        gh.certificate(family, variant)


def announce(gh, args):
    facts = {"api": gh.urls.api, "web": gh.urls.web, "asset": gh.urls.asset,
             "http": gh.http_url, "ca": gh.ca_file, "pid": os.getpid()}
    if args.ca_out:
        os.makedirs(args.ca_out, exist_ok=True)
        facts["ca"] = os.path.join(args.ca_out, "ca.pem")
        shutil.copyfile(gh.ca_file, facts["ca"])
    if args.ready_file:
        with open(args.ready_file + ".new", "w", encoding="utf-8") as out:
            out.write(json.dumps(facts) + "\n")
        os.rename(args.ready_file + ".new", args.ready_file)
    for name, value in facts.items():
        print("%-5s %s" % (name, value))
    sys.stdout.flush()


def main():
    parser = options()
    args = parser.parse_args()
    try:
        gh = build(args)
    except ValueError as problem:
        parser.error(str(problem))
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    with gh:
        announce(gh, args)
        done.wait()


if __name__ == "__main__":
    main()
