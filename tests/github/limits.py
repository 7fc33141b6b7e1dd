# SPDX-License-Identifier: Apache-2.0
"""The hourly budget of requests, per token or, without one, per address."""

import threading
import time

WINDOW_S = 3600
PUBLIC, TOKEN = 60, 5000


class Limits:
    """enabled: send the X-RateLimit lines (an Enterprise server does not).
    enforced: say 403 when the budget is gone; else it is renewed at once.
    public, token: requests per window, without and with a token.
    free_304: do 304 answers cost nothing without a token either?
    """

    def __init__(self, enabled=True, enforced=False, public=PUBLIC,
                 token=TOKEN, free_304=False):
        self.enabled = enabled
        self.enforced = enforced
        self.public = public
        self.token = token
        self.free_304 = free_304
        self.window_s = WINDOW_S
        self.windows = {}
        self.lock = threading.Lock()

    def window(self, request):
        """[used, reset] of who sends this request."""
        who = self.who(request)
        now = int(time.time())
        window = self.windows.get(who)
        gone = (window and not self.enforced
                and window[0] >= self.limit(request))
        if not window or window[1] <= now or gone:
            window = self.windows[who] = [0, now + self.window_s]
        return window

    def limit(self, request):
        return self.token if request.known else self.public

    @staticmethod
    def who(request):
        """A bad token is charged to the address."""
        return request.header("authorization") if request.known \
            else "address"

    def spend(self, request):
        """Takes one request off the budget; False when there is none."""
        with self.lock:
            window = self.window(request)
            if self.enforced and window[0] >= self.limit(request):
                return False
            window[0] += 1
            return True

    def give_back(self, request):
        """A 304 to a request with a token was free."""
        if self.free_304 or request.known:
            with self.lock:
                self.window(request)[0] -= 1

    def pairs(self, request):
        if not self.enabled:
            return []
        with self.lock:
            used, reset = self.windows.get(
                self.who(request), [0, int(time.time()) + self.window_s])
        limit = self.limit(request)
        return [("X-RateLimit-Limit", str(limit)),
                ("X-RateLimit-Remaining", str(max(0, limit - used))),
                ("X-RateLimit-Reset", str(reset)),
                ("X-RateLimit-Used", str(used)),
                ("X-RateLimit-Resource", "core")]
