# SPDX-License-Identifier: Apache-2.0
"""A GitHub Releases on loopback, for tests: see README.md."""

from .local import LocalGitHub

__all__ = ["LocalGitHub"]
