"""The bundle: a folder with a model for several engines that can prove itself on a device."""

from edgebert.bundle.check import ArtifactCheck, CheckReport, FileCheck, check_bundle
from edgebert.bundle.manifest import Manifest
from edgebert.bundle.reading import Bundle, open_bundle
from edgebert.bundle.self_test import OutputDeviation, SelfTestReport, run_self_test
from edgebert.bundle.writing import BundleWriter

__all__ = [
    "ArtifactCheck",
    "Bundle",
    "BundleWriter",
    "CheckReport",
    "FileCheck",
    "Manifest",
    "OutputDeviation",
    "SelfTestReport",
    "check_bundle",
    "open_bundle",
    "run_self_test",
]
