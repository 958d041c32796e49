"""`edgebert sign`: vouch for a bundle with a key of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from edgebert.errors import EdgebertError


def sign(
    bundle: Annotated[
        Path | None,
        typer.Argument(metavar="BUNDLE", help="A bundle's folder.", show_default=False),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The private key to sign with.")
    ] = None,
    new_key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Make a key: FILE, which nobody else may see, and FILE.pub."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Sign a bundle, so that others can tell that it is yours and as you left it.

    \b
    edgebert sign --new-key release.key
    edgebert sign bundles/minilm --key release.key
    edgebert run bundles/minilm --require-signature release.key.pub "turn on the light"

    The signature (ed25519) is of the manifest, which has the hashes of all other files; it is a
    file beside it, manifest.json.sig. Every file is compared with its hash first. Keys are PEM, as
    openssl genpkey -algorithm ed25519 makes them, without a passphrase, and are never overwritten.
    A signed bundle works everywhere that an unsigned one does.

    run, chat, evaluate, check, benchmark and push take --require-signature.
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    from edgebert.bundle.digest import digest_of
    from edgebert.bundle.reading import read_manifest
    from edgebert.bundle.signing import sign_bundle
    from edgebert.bundle.signing_keys import make_key
    from edgebert.cli.output import print_json, print_line

    if (bundle is None) == (new_key is None) or (bundle is None) != (key is None):
        raise EdgebertError(
            "sign: expected a bundle and --key FILE, or --new-key FILE alone; "
            "see edgebert sign --help"
        )
    if new_key is not None:
        public = make_key(new_key)
        if as_json:
            print_json({"private_key": str(new_key), "public_key": str(public)})
        else:
            print_line(f"{new_key}: the private key; keep it to yourself")
            print_line(f"{public}: the public key, to be given away")
        return
    assert bundle is not None
    assert key is not None
    signature = sign_bundle(bundle, key)
    digest = digest_of(read_manifest(bundle))
    if as_json:
        print_json({"bundle": str(bundle), "digest": digest, "public_key": signature.public_key})
    else:
        print_line(f"{bundle}: signed by ed25519 {signature.public_key}")
        print_line(f"digest {digest}")
