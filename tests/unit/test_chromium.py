"""How the tests come by a Chromium, as far as none is needed for that."""

from __future__ import annotations

from tests.chromium import find, unpacked
from tests.debian import lacking


def test_the_machines_own_is_taken(tmp_path):
    """Under any of its names; it needs no library of ours."""
    program = tmp_path / "google-chrome"
    program.touch(0o755)
    found = find(str(tmp_path))
    assert (found.program, dict(found.variables)) == (program, {})


def test_an_unpacked_one_finds_its_libraries(tmp_path):
    """Wherever its packages have them; those of the browser itself it finds alone."""
    for name in ("x86_64-linux-gnu/libogg.so.0", "x86_64-linux-gnu/pulseaudio/libpulse.so", "chromium/libEGL.so"):
        path = tmp_path / "chromium/usr/lib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    root = tmp_path / "chromium"
    found = unpacked(root)
    libraries = root / "usr/lib/x86_64-linux-gnu"
    assert found.program == root / "usr/lib/chromium/chromium"
    assert found.variables["LD_LIBRARY_PATH"] == f"{libraries}:{libraries}/pulseaudio"


def test_only_what_the_machine_lacks_is_fetched():
    """As apt says it."""
    told = "Reading package lists...\nInst libogg0 (1.3 Debian [amd64])\nInst chromium (156)\nConf libogg0 (1.3)\n"
    assert lacking(told) == ["libogg0", "chromium"]
