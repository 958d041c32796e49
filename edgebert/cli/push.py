"""`edgebert push`: bring a bundle to the Android app on a device."""

from pathlib import Path
from typing import Annotated

import typer

from edgebert.cli import options


def push(
    bundle: Annotated[
        Path, typer.Argument(metavar="BUNDLE", help="A bundle's folder.", show_default=False)
    ],
    target: Annotated[
        str, typer.Option(metavar="DEVICE", help="adb, or adb:serial of one of several devices.")
    ] = "adb",
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What the app calls it. Default: the folder's name."),
    ] = None,
    require_signature: options.RequireSignature = None,
    digest: options.Digest = None,
) -> None:
    """Push a bundle to the demo app on an Android device, by your own adb.

    \b
    edgebert push bundles/minilm --target adb
    edgebert push bundles/minilm --target adb:R58M12ABCDE --name embedder

    Every file is compared with its hash first; a bundle of the same name on the device is replaced
    once the new one is whole. The app must have been started once.
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    from edgebert.bench.targets import AppTarget, target_for
    from edgebert.bench.targets.app_files import name_on_device, push_bundle
    from edgebert.bundle import open_bundle
    from edgebert.cli.output import print_line

    device = target_for(target, app=True)
    assert isinstance(device, AppTarget)  # of all targets, only devices behind adb have the app
    opened = open_bundle(bundle, signed_by=require_signature, digest=digest)
    chosen = name_on_device(opened, name)
    device.connection.find()
    size = push_bundle(device.connection, opened, chosen)
    where = f"{chosen} on {device.connection.name}"
    print_line(f"{where}: {size / 1e6:.1f} MB copied" if size else f"{where}: is there already")
