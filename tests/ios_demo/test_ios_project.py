"""The files that Xcode and the App Store read: project.yml, Info.plist, the privacy manifest."""

import plistlib
import re
from pathlib import Path

import pytest
import yaml

IOS = Path(__file__).parents[2] / "ios_demo"
APP = IOS / "App"
IOS_VERSION = "17.0"
PRODUCTS = {"executorch", "backend_xnnpack", "kernels_optimized", "kernels_quantized"}
# https://developer.apple.com/documentation/bundleresources/describing-use-of-required-reason-api
REASONED = {
    "NSPrivacyAccessedAPICategoryFileTimestamp": r"[mM]odificationDate|creationDate|\bl?stat\(",
    "NSPrivacyAccessedAPICategorySystemBootTime": r"systemUptime|mach_absolute_time",
    "NSPrivacyAccessedAPICategoryDiskSpace": r"volume\w*Capacity|systemFreeSize|statv?fs",
    "NSPrivacyAccessedAPICategoryActiveKeyboards": r"activeInputModes",
    "NSPrivacyAccessedAPICategoryUserDefaults": r"UserDefaults|AppStorage|SceneStorage",
}


@pytest.fixture(scope="module")
def project() -> dict:
    """The XcodeGen project."""
    return yaml.safe_load((IOS / "project.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def target(project) -> dict:
    """The app's target."""
    assert list(project["targets"]) == ["EdgeBert"]
    return project["targets"]["EdgeBert"]


def plist(name: str) -> dict:
    return plistlib.loads((APP / name).read_bytes())


def swift(folder: Path) -> str:
    return "".join(path.read_text("utf-8") for path in sorted(folder.rglob("*.swift")))


def test_the_project_names_only_what_exists(project, target):
    assert project["options"]["deploymentTarget"] == {"iOS": IOS_VERSION}
    assert (target["type"], target["platform"]) == ("application", "iOS")
    for source in target["sources"]:
        assert source.get("optional") or (IOS / source["path"]).is_dir(), source
    assert (IOS / target["settings"]["base"]["INFOPLIST_FILE"]).is_file()
    for package in project["packages"].values():
        assert "url" in package or (IOS / package["path"] / "Package.swift").is_file()
    for scheme in project["schemes"].values():
        assert set(scheme["build"]["targets"]) <= set(project["targets"])


def test_what_xcode_runs_is_optimized(project):
    assert [scheme["run"]["config"] for scheme in project["schemes"].values()] == ["Release"]


def test_every_dependency_is_a_product_of_its_package(project, target):
    by_package: dict[str, set[str]] = {}
    for dependency in target["dependencies"]:
        by_package.setdefault(dependency["package"], set()).add(dependency["product"])
    assert set(by_package) == set(project["packages"])
    assert by_package["executorch"] == PRODUCTS
    manifest = (IOS / "EdgeBertCore" / "Package.swift").read_text("utf-8")
    products = set(re.findall(r'\.library\(name: "(\w+)"', manifest))
    assert by_package["EdgeBertCore"] == products
    assert f".iOS(.v{IOS_VERSION.split('.')[0]})" in manifest


def test_the_packages_targets_have_their_folders():
    package = IOS / "EdgeBertCore"
    manifest = (package / "Package.swift").read_text("utf-8")
    found = set(re.findall(r'\.(target|testTarget)\(\s*name: "(\w+)"', manifest))
    assert found
    for kind, name in found:
        places = [package / "Sources" / name, package / "Tests" / name]
        assert any(place.is_dir() for place in places), (kind, name)


def test_executorch_is_pinned_as_the_engine_says_and_linked_whole(project, target):
    package = project["packages"]["executorch"]
    assert package["url"] == "https://github.com/pytorch/executorch.git"
    engine = (APP / "Engines" / "ExecuTorchEngine.swift").read_text("utf-8")
    version = re.search(r'let version = "([\d.]+)"', engine)
    assert version
    assert package["branch"] == f"swiftpm-{version.group(1)}"
    assert target["settings"]["base"]["OTHER_LDFLAGS"] == "$(inherited) -all_load"


def test_info_plist():
    info = plist("Info.plist")
    assert info["CFBundleIdentifier"] == "$(PRODUCT_BUNDLE_IDENTIFIER)"
    assert info["CFBundlePackageType"] == "$(PRODUCT_BUNDLE_PACKAGE_TYPE)"
    assert info["UIRequiredDeviceCapabilities"] == ["arm64"]
    assert "UILaunchScreen" in info
    # No dark or light alone, and nothing asked of the user.
    assert "UIUserInterfaceStyle" not in info
    assert not [key for key in info if key.endswith("UsageDescription")]


def test_no_data_is_collected():
    privacy = plist("PrivacyInfo.xcprivacy")
    assert privacy["NSPrivacyTracking"] is False
    assert privacy["NSPrivacyTrackingDomains"] == []
    assert privacy["NSPrivacyCollectedDataTypes"] == []
    sources = swift(APP) + swift(IOS / "EdgeBertCore" / "Sources")
    assert not re.search(r"URLSession|URLRequest|NWConnection|WKWebView|https?://", sources)


def test_every_reasoned_interface_is_declared_and_no_other():
    sources = swift(APP) + swift(IOS / "EdgeBertCore" / "Sources")
    used = {name for name, pattern in REASONED.items() if re.search(pattern, sources)}
    declared = plist("PrivacyInfo.xcprivacy")["NSPrivacyAccessedAPITypes"]
    assert {entry["NSPrivacyAccessedAPIType"] for entry in declared} == used
    for entry in declared:
        assert entry["NSPrivacyAccessedAPITypeReasons"]


def test_the_app_works_off_the_main_actor_and_heeds_memory_warnings():
    root = (APP / "Screens" / "RootScreen.swift").read_text("utf-8")
    assert "didReceiveMemoryWarningNotification" in root
    runner = IOS / "EdgeBertCore" / "Sources" / "EdgeBertDemo" / "ModelRunner.swift"
    assert "public actor ModelRunner" in runner.read_text("utf-8")


def test_a_measurement_is_protected_on_a_phone():
    root = (APP / "Screens" / "RootScreen.swift").read_text("utf-8")
    assert "if phase != .active { app.benchmark.cancel() }" in root
    assert "UIApplication.shared.isIdleTimerDisabled = isRunning" in root
    settings = (APP / "Screens" / "SettingsScreen.swift").read_text("utf-8")
    assert ".disabled(app.isMeasuring)" in settings


def test_text_grows_with_the_users_size_and_pictures_have_names():
    screens = swift(APP / "Screens")
    assert not re.search(r"\.system\(size:|Font\.custom|\.fixedSize\(", screens)
    assert "@ScaledMetric" in screens
    assert not re.search(r"Color\((?:red|white|hue):|preferredColorScheme", screens)
    assert screens.count(".accessibilityLabel(") >= 7
